import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import { assertFiles } from "../named-files.ts"
import { ownGoFiles } from "./inputs.ts"
import { downloadedModules, withoutSum } from "./module-file.ts"
import { type GoProject, projectOf, type Request } from "./project.ts"
import { assertVersion } from "./version.ts"

/** Checks that a component's files make a build possible. @throws CONFIG_INVALID */
export async function assertBuildable(request: Request): Promise<void> {
  const { name, toolbox } = request
  const project = await projectOf(request)
  const has = toolIdentity(toolbox, "go").version
  // Named before anything is built: the program is of no use without the image that it runs in.
  toolIdentity(toolbox, "static")
  const files = [...project.modules, ...(project.workspace === null ? [] : [project.workspace])]
  for (const { place, file } of files) assertVersion(file.asked, has, { name, file: place })
  await assertSums(request, project)
  await assertMain(request)
  await assertFiles(request)
}

/** A build takes exactly the modules whose hashes are committed. */
async function assertSums({ component, source }: Request, project: GoProject): Promise<void> {
  if (project.vendored) return
  const own = new Set(project.modules.map(({ file }) => file.module))
  const shared = project.workspace === null ? "" : await textOf(posix.join(component.path, "go.work.sum"))
  for (const { place, file } of project.modules) {
    const needed = downloadedModules(file, own)
    if (needed.length === 0) continue
    const sums = place.replace(/go\.mod$/, "go.sum")
    if (!(await source.exists(sums)) && shared === "")
      throw new SignalboxError("CONFIG_INVALID", {
        what: `there is no ${sums} in the source`,
        where: place,
        why: `it requires ${needed.length === 1 ? "a module" : `${needed.length} modules`}, and a program is made of exactly what go.sum names`,
        next: "run go mod tidy there and commit go.sum",
      })
    const missing = withoutSum(needed, `${await textOf(sums)}\n${shared}`)
    const [first] = missing
    if (first === undefined) continue
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : ""
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${sums} does not fit ${place}`,
      where: `${place}:${first.line}`,
      why: `it has no hash of ${first.path} ${first.version}${more}`,
      next: "run go mod tidy there and commit both files",
    })
  }

  async function textOf(path: string): Promise<string> {
    return (await source.exists(path)) ? source.file(path).contents() : ""
  }
}

async function assertMain({ name, component, source }: Request): Promise<void> {
  const { path, main } = component
  const directory = source.directory(path)
  const files = ownGoFiles(await directory.glob("**/*.go"))
  const inMain = filesIn(files, main)
  if (await anyIsMain(inMain)) return
  const others = await mainsAmong()
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${posix.join(path, main)} has no main package`,
    where: `signalbox.yaml: components.${name}.main`,
    why:
      others.length === 0
        ? "no directory of the component has one: an image needs a program, a package with func main"
        : `${others.length === 1 ? "the only one is" : "there are"} ${others.join(", ")}`,
    next:
      others.length === 0
        ? "correct the path"
        : `name the one to build: main: ${others[0]}; a component for each further program`,
  })

  async function anyIsMain(of: readonly string[]): Promise<boolean> {
    const texts = await Promise.all(of.map((file) => directory.file(file).contents()))
    return texts.some(isMain)
  }
  async function mainsAmong(): Promise<readonly string[]> {
    const directories = [...new Set(files.map((file) => posix.dirname(file)))].sort()
    const found = await Promise.all(
      directories.map(async (one) => ((await anyIsMain(filesIn(files, one))) ? [shown(one)] : [])),
    )
    return found.flat()
  }
}

const shown = (directory: string): string => (directory === "." ? "." : `./${directory}`)

/** Files of a package, without its tests. */
export function filesIn(files: readonly string[], directory: string): readonly string[] {
  const wanted = posix.normalize(directory)
  return files.filter((file) => posix.dirname(file) === wanted && !file.endsWith("_test.go"))
}

/** Whether a Go file is of a main package, as far as its first clause tells; `go run` helpers are left out of builds. */
export function isMain(text: string): boolean {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "")
  if (/^\/\/go:build\s+.*\bignore\b/m.test(code)) return false
  return /^package\s+main\b/m.test(code)
}
