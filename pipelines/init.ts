import type { Changeset, Directory, Secret } from "@dagger.io/dagger"
import type { MeasuredCoverage } from "../src/adoption/index.ts"
import type { Session } from "../src/call/index.ts"
import type { EnvironmentConfig, SignalboxConfig } from "../src/config/index.ts"
import {
  type AssumedSetting,
  asSignalboxError,
  type ClusterPins,
  SignalboxError,
} from "../src/domain/index.ts"
import { type DetectedProject, detectedProject, originOf, treeOfSource } from "./assumed.ts"
import { judge } from "./gates.ts"

export interface InitRequest {
  readonly registry: string | undefined
  readonly environments: readonly string[]
  /** Address of the module that CI files call. */
  readonly module: string | undefined
  readonly kubeconfig: Secret | undefined
  /** Whether the tests are run, for the minimum of coverage. */
  readonly measure: boolean
  /** Whether a hook of git is written, too. */
  readonly preCommit: boolean
}

/** Files by path: those to write, and those that are there and left alone. */
interface Written {
  readonly files: Map<string, string>
  readonly left: string[]
}

/**
 * What a repository needs to be released, as a changeset over its source. A file that exists is left alone, and told: what
 * somebody has written is theirs. Everything that is written has been read by the configuration check.
 * @throws USAGE without a registry; CONFIG_MISSING, CONFIG_INVALID where the files of the repository do not tell enough
 */
export async function init(session: Session, request: InitRequest): Promise<Changeset> {
  const { source } = session.inputs
  const written: Written = { files: new Map(), left: [] }
  const config = await configuration(session, request, written)
  const environments = await environmentFiles(session, config, request, written)
  await ciFiles(session, config, environments, request, written)
  await ignoreFile(source, written)
  await contextFiles(session, config, written)
  for (const path of written.left) console.log(`left alone, because it exists: ${path}`)
  for (const path of written.files.keys()) console.log(`written: ${path}`)
  const after = [...written.files].reduce(
    (tree, [path, text]) =>
      tree.withNewFile(path, text, { permissions: text.startsWith("#!") ? 0o755 : 0o644 }),
    source,
  )
  return after.changes(source)
}

async function put(
  { files, left }: Written,
  source: Directory,
  path: string,
  text: string,
): Promise<boolean> {
  if (await source.exists(path)) {
    left.push(path)
    return false
  }
  files.set(path, text)
  return true
}

/** The configuration that there is, or that of the file to be written. */
async function configuration(
  session: Session,
  request: InitRequest,
  written: Written,
): Promise<SignalboxConfig> {
  if (await session.inputs.source.exists("signalbox.yaml")) {
    written.left.push("signalbox.yaml")
    return session.config()
  }
  const [{ signalboxFile }, { parseConfig }, found] = await Promise.all([
    import("../src/adoption/index.ts"),
    import("../src/config/index.ts"),
    detectedProject(session),
  ])
  const { project, detection, tree } = found
  const text = signalboxFile({
    project,
    detection,
    registry: await registryFor(session, request),
    coverage: request.measure ? await measured(session, found) : {},
    environments: request.environments,
    charts: chartsIn(tree.paths),
  })
  written.files.set("signalbox.yaml", text)
  return parseConfig(text, "signalbox.yaml")
}

/** @throws USAGE where nobody has named one, and the repository's host has none of its own */
async function registryFor(session: Session, { registry }: InitRequest): Promise<AssumedSetting> {
  if (registry !== undefined) return { setting: "registry", value: registry, because: "as init was told" }
  const [{ registryOf }, origin, toolbox] = await Promise.all([
    import("../src/adoption/index.ts"),
    originOf(session),
    session.toolbox(),
  ])
  const known = registryOf(origin)
  if (known !== undefined) return known
  if (toolbox.registry !== undefined)
    return { setting: "registry", value: toolbox.registry, because: "the toolbox names it" }
  throw new SignalboxError("USAGE", {
    what: "init does not know where images are published",
    where: "--registry",
    why: "the repository has no remote at a code host whose registry is known",
    next: "name it: init --registry HOST/PATH",
  })
}

/** Directories of charts, without those that are part of another one. */
function chartsIn(paths: readonly string[]): readonly string[] {
  const charts = paths
    .filter((path) => /\/Chart\.yaml$/.test(path))
    .map((path) => path.slice(0, -"/Chart.yaml".length))
  return charts.filter((path) => !charts.some((other) => path.startsWith(`${other}/`)))
}

/** What the tests cover, by component. Tests that fail or cannot be run are told in the file, and set no minimum. */
async function measured(
  session: Session,
  { assumption, detection }: DetectedProject,
): Promise<Readonly<Record<string, MeasuredCoverage>>> {
  const names = detection.components.map(({ name }) => name)
  const all = (why: string) => Object.fromEntries(names.map((name) => [name, { why }]))
  try {
    const { data } = await judge(session.withAssumed(assumption), { context: "branch", only: ["coverage"] })
    const gate = data.gates.find((one) => one.gate === "coverage")
    if (gate === undefined) return all("it was not measured")
    return Object.fromEntries(
      names.map((name) => {
        const percent = gate.figures[`${name}Percent`]
        const why = gate.skipped?.find(({ component }) => component === name)?.why ?? gate.summary
        // What did not run whole has no percentage that a minimum could be.
        return [name, percent === undefined || gate.verdict === "error" ? { why } : { percent }]
      }),
    )
  } catch (thrown) {
    return all(`it could not be measured: ${asSignalboxError(thrown).detail.what}`)
  }
}

async function environmentFiles(
  session: Session,
  { environments, project, components }: SignalboxConfig,
  request: InitRequest,
  written: Written,
): Promise<Readonly<Record<string, EnvironmentConfig>>> {
  const [{ environmentFile, reachedComponent }, { parseEnvironment }] = await Promise.all([
    import("../src/adoption/index.ts"),
    import("../src/config/index.ts"),
  ])
  const listening = Object.entries(components).filter(([, one]) => !("kind" in one && one.kind === "worker"))
  const access = reachedComponent(listening.map(([name]) => ({ name })))
  const found: Record<string, EnvironmentConfig> = {}
  for (const [index, name] of environments.entries()) {
    const path = `environments/${name}.yaml`
    const isProtected = /^prod(?:uction)?$/.test(name)
    const promotesFrom = isProtected ? environments[index - 1] : undefined
    const pins = await pinsFor(session, name, request)
    const text = environmentFile({ name, project, access, isProtected, promotesFrom, pins })
    const isNew = await put(written, session.inputs.source, path, text)
    found[name] = parseEnvironment(isNew ? text : await session.file(path), path)
  }
  return found
}

async function pinsFor(
  session: Session,
  environment: string,
  { kubeconfig }: InitRequest,
): Promise<ClusterPins | undefined> {
  const given = session.inputs.access.get(environment)?.kubeconfig ?? kubeconfig
  if (given === undefined) return undefined
  const { pinsOf } = await import("../src/deploy/index.ts")
  return pinsOf(await given.plaintext())
}

async function ciFiles(
  session: Session,
  config: SignalboxConfig,
  environments: Readonly<Record<string, EnvironmentConfig>>,
  { module, preCommit }: InitRequest,
  written: Written,
): Promise<void> {
  const { source } = session.inputs
  if (module === undefined && !(await source.exists("dagger.json"))) {
    console.log(
      `no CI files${preCommit ? " and no pre-commit hook" : ""}: they call this module by its address, which --module names`,
    )
    return
  }
  const { hookPath, preCommitHook, wrapperFiles } = await import("../src/wrappers/index.ts")
  for (const [path, text] of Object.entries(wrapperFiles(config, environments, module)))
    await put(written, source, path, text)
  if (!preCommit) return
  const { quickGates } = await import("../src/gates/index.ts")
  await put(written, source, hookPath, preCommitHook(quickGates, module))
}

/** The one file that is added to: what it says stays, and reports are kept out of commits. */
async function ignoreFile(source: Directory, { files }: Written): Promise<void> {
  const { withReportsIgnored } = await import("../src/adoption/index.ts")
  const path = ".gitignore"
  const text = withReportsIgnored(
    (await source.exists(path)) ? await source.file(path).contents() : undefined,
  )
  if (text !== undefined) files.set(path, text)
}

/** What keeps from a component's build what that does not need, where its language does not leave it out by itself. */
async function contextFiles(
  session: Session,
  { components }: SignalboxConfig,
  written: Written,
): Promise<void> {
  const [{ ignoreTexts }, { languageOf }, tree] = await Promise.all([
    import("../src/adoption/index.ts"),
    import("../src/languages/index.ts"),
    treeOfSource(session),
  ])
  const found = await Promise.all(
    Object.values(components).map(async (one) => (await languageOf(one)).ignoreFile?.(one, tree)),
  )
  for (const [path, text] of ignoreTexts(found.flatMap((one) => one ?? [])))
    await put(written, session.inputs.source, path, text)
}
