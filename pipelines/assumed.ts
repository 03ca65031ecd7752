import type { Assumption, Session } from "../src/call/index.ts"
import { type AssumedSetting, callWith, type Origin, originIn, SignalboxError } from "../src/domain/index.ts"
import type { Detection, SourceTree } from "../src/languages/index.ts"
import { versionOf } from "../src/toolbox/index.ts"
import { policyBase } from "./policy-base.ts"
import { repositoryOf, treeOf } from "./source.ts"

const configFile = "signalbox.yaml"
/** What somebody may have called it who has one: what it says must not be replaced by what files tell. */
const otherName = /^\.?signalbox\.(?:ya?ml|json)$/i

/**
 * The same call with what the files of a tree tell of it, where it has no signalbox.yaml: for gates and builds alone. The
 * call itself where it has one.
 * @throws CONFIG_MISSING, CONFIG_INVALID as `detectedProject`
 */
export async function orAssumed(session: Session): Promise<Session> {
  const { inputs } = session
  if (inputs.config !== undefined || inputs.assumed !== undefined) return session
  if ((await inputs.source.entries()).includes(configFile)) return session
  return session.withAssumed((await detectedProject(session)).assumption)
}

/**
 * What the files of a tree without signalbox.yaml tell of it.
 * @throws CONFIG_MISSING where the base revision has one, because a change that deletes it would loosen what it is held
 * against; where it has another name; and where no file tells a component. CONFIG_INVALID where files tell too much
 */
export async function detectedProject(session: Session): Promise<DetectedProject> {
  const misnamed = (await session.inputs.source.entries()).find((name) => otherName.test(name))
  if (misnamed !== undefined) throw wrongName(misnamed)
  await assertNeverThere(session)
  return detected(session)
}

/** What the files of a tree tell, and the name of its project. */
export interface DetectedProject {
  readonly detection: Detection
  readonly project: AssumedSetting
  readonly tree: SourceTree
  /** The configuration that a call goes on with. */
  readonly assumption: Assumption
}

/** Reads the source as the languages see it. @throws CONFIG_MISSING, CONFIG_INVALID */
async function detected(session: Session): Promise<DetectedProject> {
  const [{ assumptionsOf, componentsOf, detectComponents }, { assumedConfig }, project, tree] =
    await Promise.all([
      import("../src/languages/index.ts"),
      import("../src/config/index.ts"),
      projectOf(session),
      treeOfSource(session),
    ])
  const detection = await detectComponents(tree, project.value)
  const config = assumedConfig({ project: project.value, components: componentsOf(detection) })
  const told = [
    project,
    ...assumptionsOf(detection, config.value?.components ?? {}),
    {
      setting: "coverageMinimum",
      value: "0",
      because: "coverage is measured and reported; only a signalbox.yaml can require some",
    },
  ]
  return { detection, project, tree, assumption: { config, told } }
}

/** The source as languages read it. */
export async function treeOfSource(session: Session): Promise<SourceTree> {
  const [source, toolbox] = await Promise.all([session.source(), session.toolbox()])
  const paths = await source.glob("**")
  return {
    paths: paths.filter((path) => !path.endsWith("/")),
    read: (path) => source.file(path).contents(),
    versionOf: (tool) => versionOf(toolbox, tool),
  }
}

/** The repository that the clone was made from, by the address of its remote; undefined without one. */
export async function originOf(session: Session): Promise<Origin | undefined> {
  const git = (await repositoryOf(session))?.directory(".git")
  if (git === undefined || !(await git.entries()).includes("config")) return undefined
  return originIn(await git.file("config").contents())
}

async function projectOf(session: Session): Promise<AssumedSetting> {
  const [{ nameFrom }, origin] = await Promise.all([import("../src/languages/index.ts"), originOf(session)])
  return origin === undefined
    ? { setting: "project", value: "app", because: "the repository has no remote that would name it" }
    : { setting: "project", value: nameFrom([origin.name]), because: "the address of the remote origin" }
}

/** @throws CONFIG_MISSING where the base revision has a signalbox.yaml, or would not say */
async function assertNeverThere(session: Session): Promise<void> {
  const base = await policyBase(session)
  if (!("commit" in base) || !(await (await treeOf(session, base.commit)).exists(configFile))) return
  throw new SignalboxError("CONFIG_MISSING", {
    what: "this tree has no signalbox.yaml, and its base revision has one",
    where: configFile,
    why: `what ${base.ref ?? base.commit} holds a change against would be gone with it`,
    next: `restore the file: git checkout ${base.ref ?? base.commit} -- ${configFile}; or name the tree that has it: ${callWith("--source DIRECTORY")}`,
  })
}

function wrongName(name: string): SignalboxError {
  return new SignalboxError("CONFIG_MISSING", {
    what: "there is no signalbox.yaml",
    where: name,
    why: `a file of another name is not read: ${name}`,
    next: `rename it: git mv ${name} ${configFile}`,
  })
}
