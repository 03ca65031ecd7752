import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { renderedChart } from "../../chart/index.ts"
import type { ReleaseDigests } from "../../domain/index.ts"
import { type RollbackBundle, readBundle, writeChart } from "../bundles/index.ts"
import { describeRevision, type HelmOutcome } from "../helm/index.ts"
import type { StepResult } from "../steps/tools.ts"
import { capabilities } from "../world/index.ts"
import { retryUnreachable } from "./retry-unreachable.ts"
import type { DriverSession } from "./session.ts"
import { unlessDamaged } from "./unless-damaged.ts"

/** A stored manifest names an API version that the cluster does not serve any more: rendered anew, it names another one. */
const cannotBeBuilt = /unable to build kubernetes objects|resource mapping not found|no matches for kind/i

interface ReturnRequest {
  readonly set: ReleaseDigests
  readonly revision: number | null
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly operation: string
}

/**
 * Restores a verified set: by Helm's own rollback while its revision is there, else from the chart and values that were
 * stored when it was verified. Then deletes objects that only the abandoned set had created.
 */
export async function returnToSet(
  session: DriverSession,
  request: ReturnRequest,
  removeOrphans: () => Promise<string>,
): Promise<StepResult> {
  const { set, revision, timeoutMs, signal } = request
  const byRevision = async (number: number): Promise<HelmOutcome> => {
    const outcome = await session.helm.rollback(number, timeoutMs, signal)
    if (outcome.ok || !cannotBeBuilt.test(outcome.message)) return outcome
    session.recorder.say(`Helm revision ${number} cannot be restored as it is stored: ${outcome.message}`)
    const rendered = await fromBundle(session, request)
    return rendered.ok
      ? rendered
      : { ...rendered, message: `${outcome.message}; then, rendered anew: ${rendered.message}` }
  }
  const outcome = await retryUnreachable(session, () =>
    revision === null ? fromBundle(session, request) : byRevision(revision),
  )
  if (!outcome.ok) return { ok: false, cause: `back to ${set.version}: ${outcome.message}` }
  const removed = await removeOrphans()
  return { ok: true, note: `${set.version} runs, all pods ready${removed}` }
}

async function fromBundle(session: DriverSession, request: ReturnRequest): Promise<HelmOutcome> {
  const { set, timeoutMs, signal, operation } = request
  const failed = (message: string): HelmOutcome => ({ ok: false, why: "other", message })
  const read = await unlessDamaged(async () => {
    const bundle = await readBundle(session.api, session.input.request.environment.namespace, set)
    return bundle === null ? null : await unfold(session, bundle, join(session.work, "kept"))
  })
  if (!read.ok) return failed(read.cause)
  if (read.value === null) return failed("neither Helm's revision nor the stored chart and values are left")
  const { chart, values } = read.value
  const description = describeRevision(operation, set.version)
  return session.helm.upgrade({ chart, values, timeoutMs, description }, signal)
}

/** Rendered before it is applied, as a roll-out is: its Custom Resource Definitions are there since that. */
async function unfold(
  session: DriverSession,
  bundle: RollbackBundle,
  directory: string,
): Promise<{ chart: string; values: readonly string[] }> {
  const chart = join(directory, "chart")
  await mkdir(chart, { recursive: true })
  await writeChart(bundle.chart, chart)
  const values = bundle.values.map((_, index) => join(directory, `values-${index}.yaml`))
  await Promise.all(bundle.values.map((text, index) => writeFile(values[index] ?? "", text)))
  const options = { isUpgrade: true, ...(await capabilities(session.api)) }
  const manifest = await session.helm.template(chart, values, options)
  const rendered = join(directory, "rendered")
  await writeChart(renderedChart(bundle.chart, manifest, ""), rendered)
  return { chart: rendered, values }
}
