import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import { assertFiles } from "../named-files.ts"
import { assertTargets } from "./able.ts"
import { lockProblem } from "./lock-step.ts"
import { binOf, lockFile, projectOf, type Request, type RustProject } from "./project.ts"
import { assertRust, channelIn } from "./version.ts"

/** Checks that a component's files make a build possible. @throws CONFIG_INVALID */
export async function assertBuildable(request: Request): Promise<void> {
  const project = await projectOf(request)
  // Named before anything is built: the program is of no use without the image that it runs in.
  toolIdentity(request.toolbox, "static")
  await assertVersions(request, project)
  await assertLock(request, project)
  binOf(request, project)
  await assertFiles(request)
  await assertTargets(request)
}

async function assertVersions(
  { name, component, source, toolbox }: Request,
  project: RustProject,
): Promise<void> {
  const has = toolIdentity(toolbox, "rust").version
  const place = (path: string) => posix.join(component.path, path)
  for (const { file, rustVersion } of project.manifests)
    if (rustVersion !== undefined)
      assertRust({ name, has, version: rustVersion, where: `${place(file)}: rust-version` })
  const directory = source.directory(component.path)
  const names = await directory.entries()
  for (const file of ["rust-toolchain.toml", "rust-toolchain"].filter((one) => names.includes(one))) {
    const version = channelIn(await directory.file(file).contents(), place(file))
    if (version !== undefined) assertRust({ name, has, version, where: `${place(file)}: channel` })
  }
}

/** Cargo would say the same, after it has asked its registries. */
async function assertLock({ component, source }: Request, project: RustProject): Promise<void> {
  const place = (path: string) => posix.join(component.path, path)
  for (const manifest of project.manifests) {
    const problem = lockProblem(manifest, project.lock)
    if (problem === null) continue
    const text = await source.directory(component.path).file(manifest.file).contents()
    const line = lineOf(text, problem.dependency)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${place(lockFile)} does not fit ${place(manifest.file)}`,
      where: `${place(manifest.file)}${line === undefined ? "" : `:${line}`}`,
      why: problem.why,
      next: "run cargo update --workspace there and commit Cargo.lock",
    })
  }
}

function lineOf(text: string, dependency: string): number | undefined {
  const index = text.split(/\r?\n/).findIndex((line) => {
    const clean = line.replaceAll('"', "").trim()
    return (
      clean.startsWith(`${dependency} `) ||
      clean.startsWith(`${dependency}=`) ||
      clean.endsWith(`.${dependency}]`)
    )
  })
  return index < 0 ? undefined : index + 1
}
