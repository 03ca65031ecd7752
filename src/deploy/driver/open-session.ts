import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { KnownSecrets } from "../../chart/index.ts"
import { asSignalboxError } from "../../domain/index.ts"
import { type Access, openAccess } from "../access/index.ts"
import { systemClock } from "../clock.ts"
import { HttpsClusterApi } from "../cluster/index.ts"
import { HelmCli } from "../helm/index.ts"
import {
  credentialsOf,
  kubeconfigText,
  memoryDirectory,
  readKubeconfig,
  secretsOfCredentials,
  writeKubeconfig,
} from "../kubeconfig/index.ts"
import { Children } from "../process/children.ts"
import { childEnvironments } from "../process/environments.ts"
import { assertPrivate } from "../process/tests-user.ts"
import { StateStore } from "../state/index.ts"
import { stepCatalogue } from "../steps/catalogue.ts"
import { loadStrategies } from "../strategies/catalogue.ts"
import { driverActions } from "./actions.ts"
import type { DriverArguments } from "./arguments.ts"
import { type DriverInput, readInput } from "./input.ts"
import type { Recorder } from "./recorder.ts"
import type { DriverSession } from "./session.ts"

/**
 * Opens a session: request, kubeconfig, connections. No request goes to the cluster yet.
 * @throws CONFIG_INVALID, KUBECONFIG_REFUSED, SECRET_MISSING
 */
export async function openSession(
  args: DriverArguments,
  recorder: Recorder,
  interrupt: AbortSignal,
): Promise<DriverSession> {
  const input = await readInput(args.input)
  const { environment, server } = input.request
  if (runsTestPrograms(input)) await assertPrivate([args.kubeconfig, args.input, args.out])
  const raw = readKubeconfig(await kubeconfigText(args.kubeconfig))
  const credentials = credentialsOf(raw, environment.cluster, server)
  const memory = await memoryDirectory(args.memory)
  const kubeconfig = await writeKubeconfig(memory, credentials, environment.namespace)
  const work = join(memory.path, "work")
  await mkdir(work, { recursive: true })
  const open = await memoryDirectory(args.memory, "open")
  const children = new Children(childEnvironments(memory, open))
  const api = new HttpsClusterApi(credentials, { clock: systemClock })
  const { namespace, release, history } = environment
  const secrets = new KnownSecrets()
  // Helm and kubectl hold them too, and so may what they or the API server say.
  secrets.learn(secretsOfCredentials(credentials))
  recorder.hideBy((text) => secrets.hide(text))
  let access: Access | undefined
  const session: DriverSession = {
    input,
    api,
    store: new StateStore(api, namespace),
    helm: new HelmCli(children, { release, namespace, kubeconfig, history, secrets }),
    children,
    clock: systemClock,
    recorder,
    steps: stepCatalogue,
    strategies: await loadStrategies(),
    work,
    testsWork: open.path,
    kubeconfig,
    secrets,
    learnt: new Set(),
    interrupt,
    held: null,
    cluster: null,
    access: () => {
      access ??= openAccess({ environment, api, children, clock: systemClock, kubeconfig })
      return access
    },
    actions: (operation, rendered) => driverActions(session, operation, rendered),
    close: async () => {
      const closed = access?.close()
      children.killAll()
      // It tells nothing about what was done; that it may outlive the driver has to be known.
      await closed?.catch((error: unknown) => recorder.say(asSignalboxError(error).message))
      api.close()
      await Promise.all([memory.remove(), open.remove()])
    },
  }
  return session
}

/** Whether this call may run a program of the tree under test: today that is its load script. */
function runsTestPrograms({ loadScript, request }: DriverInput): boolean {
  return loadScript !== null && (request.load !== null || request.environment.load.profile !== "none")
}
