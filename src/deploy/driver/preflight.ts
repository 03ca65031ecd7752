import { parseManifests } from "../../chart/index.ts"
import type { SignalboxError } from "../../domain/index.ts"
import type { ReleaseInputs, Target } from "../plan/index.ts"
import { preflight } from "../preflight/index.ts"
import { namespaceUid, type World } from "../world/index.ts"
import type { DriverSession } from "./session.ts"

/** What the API server says to a release before anything is changed; empty where nothing refuses it. */
export async function askServer(
  session: DriverSession,
  target: Target,
  inputs: ReleaseInputs,
  world: World,
): Promise<readonly SignalboxError[]> {
  const { environment } = session.input.request
  const say = (line: string) => session.recorder.say(line)
  if ((await namespaceUid(session.api, environment.namespace)) === null) {
    say(
      `namespace ${environment.namespace} is not there yet: the deployment asks the API server when it has made it`,
    )
    return []
  }
  return preflight({
    api: session.api,
    environment,
    objects: target.objects,
    chart: inputs.chart,
    deployed: world.current === null ? null : parseManifests(world.current.manifest),
    secrets: session.secrets,
    say,
  })
}
