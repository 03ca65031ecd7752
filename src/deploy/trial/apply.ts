import { join } from "node:path"
import { parseManifests, parseValues, readChart, renderedChart, secretsIn } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import { findService } from "../access/service-address.ts"
import { writeChart } from "../bundles/index.ts"
import { collectDiagnosis } from "../diagnosis/index.ts"
import { plainText } from "../driver/input.ts"
import { isPending, readHistory, settleRevision } from "../helm/index.ts"
import { Resources } from "../preflight/resources.ts"
import { capabilities } from "../world/index.ts"
import { assertWithin } from "./beyond.ts"
import { look } from "./look.ts"
import { isThere, makeNamespace } from "./namespace.ts"
import type { OpenPort, TrialAnswer } from "./request.ts"
import type { TrialSession } from "./session.ts"

/** Until all pods have to be ready. */
const rollOutMs = 300_000

/**
 * Rolls the tree out in the namespace of the try, and waits until all pods are ready. Called again, it upgrades what is there;
 * what a call that was ended has left half done is taken up.
 * @throws POLICY_REFUSED, CONFIG_INVALID, STEP_FAILED where the pods do not become ready
 */
export async function apply(session: TrialSession): Promise<TrialAnswer["apply"]> {
  const { unknown } = await look(session)
  const { api, helm, request, say } = session
  const { namespace, release } = request
  const hasNamespace = await isThere(api, request)
  const before = hasNamespace ? await settled(session) : 0
  const chart = await chartToApply(session, before > 0)
  if (!hasNamespace) {
    say(`namespace ${namespace}: created`)
    await makeNamespace(api, request)
  }
  say(`release ${release}: rolled out in namespace ${namespace}, until all pods are ready`)
  const upgrade = { chart, values: [], timeoutMs: rollOutMs, description: "try" }
  const outcome = await helm.upgrade(upgrade, new AbortController().signal)
  const revision = (await readHistory(api, namespace, release)).at(-1)?.revision ?? 0
  if (!outcome.ok) throw await failure(session, outcome.message, before)
  say(`release ${release}: Helm revision ${revision}, all pods ready`)
  return { revision, unknown, services: await servicesOf(session) }
}

/** The newest revision, once it is not pending any more: Helm refuses to begin beside one that was killed. */
async function settled({ api, request }: TrialSession): Promise<number> {
  const { namespace, release } = request
  const newest = (await readHistory(api, namespace, release)).at(-1)
  if (newest !== undefined && isPending(newest))
    await settleRevision(api, namespace, release, newest.revision)
  return newest?.revision ?? 0
}

/** Directory of a chart that renders to what was judged, whatever its templates would ask the cluster. */
async function chartToApply(session: TrialSession, isUpgrade: boolean): Promise<string> {
  const { api, directory, helm, request, secrets, work } = session
  const [source, rendered] = [join(directory, "chart"), join(work, "rendered")]
  const files = request.values.map((name) => join(directory, "values", name))
  for (const file of files) {
    const values = parseValues(await plainText(file), file)
    secrets.learn(secretsIn([{ kind: "values", body: { values } }]))
  }
  const chart = await readChart(source)
  const manifest = await helm.template(source, files, { isUpgrade, ...(await capabilities(api)) })
  const objects = parseManifests(manifest)
  secrets.learn(secretsIn(objects))
  await assertWithin(objects, request.namespace, new Resources(api, request.namespace))
  await writeChart(renderedChart(chart, manifest, ""), rendered)
  return rendered
}

async function failure(session: TrialSession, message: string, before: number): Promise<SignalboxError> {
  const { api, out, request, secrets } = session
  const { namespace, release } = request
  const directory = join(out, "diagnosis")
  const cause = await collectDiagnosis(api, namespace, release, { directory, secrets, baseRevision: before })
  return new SignalboxError("STEP_FAILED", {
    what: "the tree does not come up on the cluster",
    where: `namespace ${namespace}`,
    why: cause === null ? message : `${cause} (${message})`,
    next: `look at it (kubectl --namespace ${namespace} get pods,events), mend it and call again; what is there stays until the call try-end`,
  })
}

/** The Services of the components; one without is reached by no port. */
async function servicesOf({ api, request, say }: TrialSession): Promise<readonly OpenPort[]> {
  const found = await Promise.all(
    request.components.map(async (component) => {
      const service = await findService(api, request, component)
      if (service === undefined) say(`${component}: no port is opened, the release has no Service of it`)
      return service === undefined ? [] : [{ component, service: service.name, port: service.port }]
    }),
  )
  return found.flat()
}
