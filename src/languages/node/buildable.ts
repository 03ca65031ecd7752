import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import type { ComponentRequest } from "../language.ts"
import { lockFile } from "./install.ts"
import { localPackages, type Manifest, manifestIn } from "./manifest.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** Lock files of package managers that are not supported. */
const otherLockFiles = ["pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"] as const

/** Checks that a component's files make a build possible. @throws CONFIG_INVALID */
export async function assertBuildable(request: Request): Promise<void> {
  const { component, source } = request
  await assertLockFile(request)
  const file = `${component.path}/package.json`
  const lock = `${component.path}/${lockFile}`
  const manifest = manifestIn(await source.file(file).contents(), file)
  assertLinksInside(await source.file(lock).contents(), lock)
  if (component.kind === "static" || component.scripts.build !== "build")
    assertBuildScript(request, manifest, await hasStaticFiles(request))
  await assertNodeVersion(request, manifest)
}

async function assertLockFile({ name, component, source }: Request): Promise<void> {
  const lock = `${component.path}/${lockFile}`
  if (await source.exists(lock)) return
  const others = await Promise.all(
    otherLockFiles.map(async (file) => ((await source.exists(`${component.path}/${file}`)) ? [file] : [])),
  )
  const found = others.flat()
  throw new SignalboxError("CONFIG_INVALID", {
    what: `there is no ${lock} in the source`,
    where: `signalbox.yaml: components.${name}.path`,
    ...(found.length === 0
      ? { next: "correct the path, or commit the lock file: an image is made of exactly what it names" }
      : {
          why: `there is ${found.join(", ")}; of the package managers of Node, only npm is known`,
          next: "commit npm's lock file, or build the component by its own Dockerfile: language: dockerfile",
        }),
  })
}

/** A package beside the component is not in its container, and its link would lead nowhere. @throws CONFIG_INVALID */
export function assertLinksInside(lock: string, file: string): void {
  const outside = localPackages(lock, file).filter(({ path }) =>
    /^(?:\.\.(?:\/|$)|\/)/.test(posix.normalize(path)),
  )
  if (outside.length === 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `a package leads out of the component: ${outside.map(({ path }) => path).join(", ")}`,
    where: file,
    why: "a component is built from its own directory alone",
    next: "set path to the directory that has both (npm workspaces), publish the package, or use language: dockerfile",
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
