import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import type { ComponentRequest } from "../language.ts"
import type { LocalPackage } from "./managers/local.ts"
import { type Member, neededBy } from "./managers/member.ts"
import { localPackages } from "./managers/npm-lock.ts"
import { yarnClassic } from "./managers/yarn-classic.ts"
import { patternsIn } from "./managers/yarn-lock.ts"
import { type Manifest, manifestIn, resolutionsIn } from "./manifest.ts"
import { projectOf } from "./project.ts"
import type { NodeComponent } from "./schema.ts"
import { assertServed } from "./served-by.ts"

type Request = ComponentRequest<NodeComponent>

/** Checks that a component's files make a build possible. @throws CONFIG_INVALID */
export async function assertBuildable(request: Request): Promise<void> {
  const { component, source } = request
  const project = await projectOf(request)
  const file = `${component.path}/package.json`
  const manifest = manifestIn(await source.file(file).contents(), file)
  assertLocal(project.local, project.lockPlace)
  if (project.manager === yarnClassic) assertInStep(project.lock, project.lockPlace, project.members)
  if (component.kind === "static" || component.scripts.build !== "build")
    assertBuildScript(request, manifest, await hasStaticFiles(request))
  await assertNodeVersion(request, manifest)
  if (component.kind === "static") await assertServed(request)
}

/** yarn 1 does not notice what a member of a workspace lacks in the lock file: it would take the newest version. @throws CONFIG_INVALID */
export function assertInStep(lock: string, place: string, members: readonly Member[]): void {
  const patterns = patternsIn(lock, place)
  // Another version is put in their place, and written down under its own range.
  const replaced = resolutionsIn(members[0]?.text ?? "{}", place)
  const known = new Set([...replaced, ...members.flatMap(({ name }) => name ?? [])])
  const missing = members.flatMap((member) =>
    neededBy({ ...member, peerDependencies: {} }, true).flatMap(([name, range]) =>
      known.has(name) || /^(?:link|portal|workspace):/.test(range) || patterns.has(`${name}@${range}`)
        ? []
        : [`${name}@${range} of ${posix.join(member.path, "package.json")}`],
    ),
  )
  if (missing.length === 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${place} does not match package.json`,
    where: place,
    why: `it lacks ${missing.slice(0, 5).join(", ")}`,
    next: "run yarn install, and commit the lock file",
  })
}

/** A package beside the component is not in its container, and its link would lead nowhere. @throws CONFIG_INVALID */
export function assertLinksInside(lock: string, file: string): void {
  assertLocal(localPackages(lock, file), file)
}

function assertLocal(local: readonly LocalPackage[], file: string): void {
  const outside = local.filter(({ path }) => /^(?:\.\.(?:\/|$)|\/)/.test(posix.normalize(path)))
  if (outside.length === 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `a package leads out of the component: ${outside.map(({ path }) => path).join(", ")}`,
    where: file,
    why: "a component is built from the directory of its lock file alone",
    next: "make both members of a workspace (its lock file lies above them), publish the package, or use language: dockerfile",
  })
}

/** Whether a static component's files are part of the source, so that nothing has to build them. */
function hasStaticFiles({ component, source }: Request): Promise<boolean> {
  return component.kind === "static" && component.scripts.build === "build"
    ? source.exists(`${component.path}/${component.output}`)
    : Promise.resolve(false)
}

/** @throws CONFIG_INVALID */
export function assertBuildScript(
  { name, component }: Pick<Request, "name" | "component">,
  { scripts }: Pick<Manifest, "scripts">,
  needsNone: boolean,
): void {
  const script = component.scripts.build
  if (script in scripts || needsNone) return
  const present = Object.keys(scripts)
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${component.path}/package.json has no script ${JSON.stringify(script)}`,
    where: `signalbox.yaml: components.${name}.scripts.build`,
    why: present.length === 0 ? "it has no scripts" : `its scripts are ${present.join(", ")}`,
    next: "add the script, or name the one that builds: scripts: { build: NAME }",
  })
}

async function assertNodeVersion({ name, component, toolbox }: Request, manifest: Manifest): Promise<void> {
  if (manifest.node === undefined) return
  const runs = component.kind === "service" && toolbox.tools.nodeSlim !== undefined ? "nodeSlim" : "node"
  for (const tool of new Set(["node", runs] as const))
    await assertEngine(manifest.node, toolIdentity(toolbox, tool).version, {
      name,
      tool,
      path: component.path,
    })
}

/** npm only warns. @throws CONFIG_INVALID where a `package.json` does not run on the toolbox's Node */
export async function assertEngine(
  range: string,
  version: string,
  { name, tool, path }: { readonly name: string; readonly tool: string; readonly path: string },
): Promise<void> {
  const { default: satisfies } = await import("semver/functions/satisfies.js")
  if (satisfies(version, range, { includePrerelease: true })) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${name} does not run on Node ${version}`,
    where: `${path}/package.json: engines.node`,
    why: `it asks for ${range}, and the toolbox has ${version}`,
    next: `name another Node in toolbox.yaml (tools.${tool}), or correct engines.node`,
  })
}
