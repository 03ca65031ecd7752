import { type Directory, dag, type File, type Service } from "@dagger.io/dagger"
import {
  accessTo,
  askProgram,
  type ClusterAccess,
  kubeconfigFile,
  type Outcome,
  privateDirectory,
  type ReachedCluster,
  type Schema,
  type Session,
  serverAddress,
  withAccess,
} from "../src/call/index.ts"
import { type PortsInput, type TrialCommand, type TrialRequest, trialAnswers } from "../src/deploy/index.ts"
import { ExitCode, type ReleaseImage, SignalboxError } from "../src/domain/index.ts"
import { runnerRoot } from "../src/toolbox/index.ts"
import { buildImages } from "./build.ts"
import { collectBundle, valuesFiles } from "./bundle.ts"
import { keptEnvironments } from "./kept-environments.ts"
import { pushImage } from "./push.ts"
import { type TriedRegistry, triedNamespace, triedRegistry } from "./try-place.ts"

/** Where a tree is tried, as the call names it. */
export interface TryRequest {
  readonly access: ClusterAccess
  /** Of the try; by it people have namespaces of their own. */
  readonly name: string | undefined
}

export interface TryUpRequest extends TryRequest {
  /** `HOST[:PORT][/PATH]` by which the cluster pulls. */
  readonly registry: string | undefined
  /** How the call reaches that registry, where it is on the caller's machine. */
  readonly registryService: Service | undefined
  /** Values of the try, over all others. */
  readonly values: File | undefined
}

/** The environment by whose name `with-access` gives access to a try. */
const place = { name: "try", cluster: { embedded: false, server: null, caFingerprint: null } } as const
const triedVersion = "0.0.0-try"
const lastValues = "signalbox.try.yaml"
const injectedName = "signalbox.values.yaml"
const input = `${privateDirectory}/input`

/**
 * The tree as it is, uncommitted changes and all, on a cluster: built, pushed, rolled out in a namespace of its own. Nothing of
 * it is evidence: it has no record, no lock, no ledger, and no environment takes it.
 * @returns a service that has the components' ports open while it runs
 * @throws SECRET_MISSING without a kubeconfig, USAGE without a registry, POLICY_REFUSED for the cluster or namespace of an
 * environment, STEP_FAILED where the pods do not become ready
 */
export async function tryTree(session: Session, request: TryUpRequest): Promise<Service> {
  const { reached, asked } = await trial(session, request)
  const looked = await run(session, reached, "look", asked, trialAnswers.look)
  const registry = await triedRegistry(session, request, looked.registry)
  const images = await pushed(session, registry)
  const files = await filesOf(session, request.values, images)
  const values = await valuesOf(files)
  const applied = await run(session, reached, "apply", { ...asked, values }, trialAnswers.apply, files)
  const { triedPorts } = await import("../src/stack/index.ts")
  const ports = triedPorts(await session.config(), applied.services)
  if (ports.length === 0) throw nothingToOpen(asked.namespace)
  const { namespace, server } = asked
  const notes = [
    `the tree runs in namespace ${namespace}, Helm revision ${applied.revision}; nothing of it is evidence`,
    ...applied.unknown.map((line) => `warning: ${line}`),
    "Ctrl-C closes the ports and leaves it running; dagger call try-end deletes it",
  ]
  return openPorts(session, reached, { namespace, server, notes, ports })
}

/** Deletes the namespace of a try with all that is in it. */
export async function endTry(session: Session, request: TryRequest): Promise<Outcome> {
  const { reached, asked } = await trial(session, request)
  const { removed } = await run(session, reached, "end", asked, trialAnswers.end)
  const { namespace } = asked
  const stdout = removed ? `deleted namespace ${namespace}\n` : `there is no namespace ${namespace}\n`
  return { exitCode: ExitCode.pass, stdout }
}

/** What every command is asked with. */
async function trial(session: Session, { access, name }: TryRequest) {
  const reached = await accessTo(session, place, access)
  const { project, components } = await session.config()
  const asked: TrialRequest = {
    schemaVersion: 1,
    project,
    namespace: triedNamespace(project, name ?? session.inputs.actor),
    release: project.slice(0, 53).replace(/-+$/, ""),
    server: await serverAddress(reached),
    kept: await keptEnvironments(session),
    values: [],
    components: Object.keys(components),
  }
  return { reached, asked }
}

/** Builds every component and pushes it; what the cluster pulls is named by digest. */
async function pushed(session: Session, registry: TriedRegistry) {
  const built = await buildImages(session, "branch")
  return Promise.all(
    built.map(async (image): Promise<Pick<ReleaseImage, "component" | "repository" | "digest">> => {
      const repository = `${registry.prefix}/${image.component}`
      const target = { registry: registry.host, repository, tag: "try", service: registry.service }
      const { digest } = await pushImage(session, image, target)
      return { component: image.component, repository: `${registry.host}/${repository}`, digest }
    }),
  )
}

/** Chart and values: those that a release of the tree would have, with those of the call last. */
async function filesOf(
  session: Session,
  values: File | undefined,
  images: readonly Pick<ReleaseImage, "component" | "repository" | "digest">[],
): Promise<Directory> {
  const { injectedValues, injectedValuesFile } = await import("../src/chart/index.ts")
  const bundle = await collectBundle(session)
  const injected = injectedValuesFile(injectedValues(triedVersion, images))
  const files = bundle.withNewFile(`values/${injectedName}`, injected)
  return values === undefined ? files : files.withFile(`values/${lastValues}`, values)
}

/** No environment has a name with a dot: of their values none counts. The images are those of the try, whatever a file says. */
async function valuesOf(files: Directory): Promise<readonly string[]> {
  const own = await valuesFiles(files, "")
  const given = await files.directory("values").entries()
  return [...own, ...(given.includes(lastValues) ? [lastValues] : []), injectedName]
}

async function run<T>(
  session: Session,
  reached: ReachedCluster,
  command: TrialCommand,
  request: TrialRequest,
  answer: Schema<T>,
  files: Directory = dag.directory(),
): Promise<T> {
  const { container, options } = await prepared(session, reached, files, "request.json", request)
  const program = {
    name: "the program of a try",
    where: `namespace ${request.namespace}`,
    next: "call again: what is half done there is taken up",
    container,
    command: [`${runnerRoot}/src/deploy/trial/main.ts`, command, ...options],
    out: `${privateDirectory}/out`,
  }
  return (await askProgram(session, program, answer)).answer
}

/** Ports that stay open while the service runs, which is as long as the call. */
async function openPorts(session: Session, reached: ReachedCluster, ports: PortsInput): Promise<Service> {
  const { container, options } = await prepared(session, reached, dag.directory(), "ports.json", ports)
  return ports.ports
    .reduce((one, { host }) => one.withExposedPort(host), container)
    .asService({ args: ["node", `${runnerRoot}/src/deploy/trial/open-ports.ts`, ...options] })
}

/** The runner with the kubeconfig, which only root can read, and what a program of a try is asked with. */
async function prepared(
  session: Session,
  reached: ReachedCluster,
  files: Directory,
  name: string,
  content: object,
) {
  const root = (await session.runner())
    .withUser("0:0")
    .withDirectory("/", dag.directory().withNewDirectory(privateDirectory.slice(1), { permissions: 0o700 }))
  const container = withAccess(root, reached).withMountedDirectory(
    input,
    files.withNewFile(name, JSON.stringify(content)),
  )
  return { container, options: ["--input", `${input}/${name}`, "--kubeconfig", kubeconfigFile] }
}

function nothingToOpen(namespace: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: "the tree runs, and there is no port to open",
    where: `namespace ${namespace}`,
    why: "no component has a Service with the labels app.kubernetes.io/instance and app.kubernetes.io/component",
    next: "label them so in the chart; what runs there stays until the call try-end",
  })
}
