import { parseManifests } from "../../chart/index.ts"
import type { Plan, SignalboxError } from "../../domain/index.ts"
import { findStep } from "../engine/index.ts"
import type { ReleaseInputs, Target } from "../plan/index.ts"
import { hidden, preflight } from "../preflight/index.ts"
import { namespaceUid, type World } from "../world/index.ts"
import type { DriverSession } from "./session.ts"

/** What the API server says to a release before anything is changed; empty where nothing refuses it. */
export async function askServer(
  session: DriverSession,
  target: Target,
  inputs: ReleaseInputs,
  world: World,
  steps: Plan["steps"],
): Promise<readonly SignalboxError[]> {
  const { environment } = session.input.request
  const say = (line: string) => session.recorder.say(line)
  if ((await namespaceUid(session.api, environment.namespace)) === null) {
    say(
      `namespace ${environment.namespace} is not there yet: the deployment asks the API server when it has made it`,
    )
    return []
  }
  const base = world.revisions.findLast(({ status }) => status === "deployed")
  const ofSteps = await askSteps(session, target, steps)
  const ofRelease = await preflight({
    api: session.api,
    environment,
    objects: target.objects,
    chart: inputs.chart,
    deployed: world.current === null ? null : parseManifests(world.current.manifest),
    base: base === undefined ? null : { revision: base.revision, objects: parseManifests(base.manifest) },
    secrets: session.secrets,
    say,
  })
  return [...ofSteps, ...ofRelease]
}

/** What would refuse a step of the plan. */
async function askSteps(
  { api, steps: known, input, secrets }: DriverSession,
  target: Target,
  steps: Plan["steps"],
): Promise<readonly SignalboxError[]> {
  const { environment, operation } = input.request
  const plan = { environment: environment.name, namespace: environment.namespace, target: target.set }
  const checks = steps.map(async (planned) =>
    findStep(known, planned.id)?.preflight?.(planned, { operation, plan, api }),
  )
  return (await Promise.all(checks)).flatMap((refusals) => refusals ?? []).map((one) => hidden(one, secrets))
}
