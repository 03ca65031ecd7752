/** Which of a module's programs is its service, and the files that it is made of. Pure, but for reading them. */
import { posix } from "node:path"
import type { SourceTree } from "../detected.ts"
import { filesIn, isMain } from "./buildable.ts"
import { type GoFile, importsOf } from "./detect-sources.ts"

export interface Program {
  /** Directory of the main package, relative to the component. */
  readonly main: string
  readonly files: readonly GoFile[]
  /** Of the packages that it imports from the source, and of what those import. */
  readonly imported: readonly GoFile[]
}

/** A module of the source. */
export interface OwnModule {
  readonly module: string
  readonly directory: string
}

/** Each file is a question to the engine: those of a larger program would take longer than its port is worth. */
const mostFiles = 400

/** @param own the component's Go files. */
export async function programsIn(
  tree: SourceTree,
  directory: string,
  own: readonly string[],
  modules: readonly OwnModule[],
): Promise<readonly Program[]> {
  const texts = new Map<string, Promise<string>>()
  const read = async (path: string): Promise<GoFile> => {
    const text = texts.get(path) ?? tree.read(path)
    texts.set(path, text)
    return { path, text: await text }
  }
  const programs: Program[] = []
  for (const place of [...new Set(own.map((path) => posix.dirname(path)))].sort()) {
    const files = await Promise.all(filesIn(own, place).map(read))
    const mains = files.filter(({ text }) => isMain(text))
    if (mains.length === 0) continue
    const imported = await importedBy(mains, own, modules, read)
    programs.push({ main: posix.relative(directory, place) || ".", files: mains, imported })
  }
  return programs
}

async function importedBy(
  files: readonly GoFile[],
  own: readonly string[],
  modules: readonly OwnModule[],
  read: (path: string) => Promise<GoFile>,
): Promise<readonly GoFile[]> {
  const seen = new Set<string>()
  const found: GoFile[] = []
  for (let next = files; next.length > 0; ) {
    const places = new Set(
      next.flatMap(({ text }) => importsOf(text).flatMap((one) => placeOf(one, modules))),
    )
    const paths = [...places].filter((one) => !seen.has(one)).flatMap((one) => filesIn(own, one))
    for (const one of places) seen.add(one)
    // Of some files alone, nothing is certain.
    if (found.length + paths.length > mostFiles) return []
    next = await Promise.all(paths.map(read))
    found.push(...next)
  }
  return found
}

function placeOf(path: string, modules: readonly OwnModule[]): readonly string[] {
  return modules.flatMap(({ module, directory }) =>
    module !== "" && (path === module || path.startsWith(`${module}/`))
      ? [posix.join(directory, path.slice(module.length + 1))]
      : [],
  )
}

const serves = /\b(?:ListenAndServe(?:TLS)?|net\.Listen|grpc\.NewServer)\(|\bhttp\.Server\{|\.Listen\(/

/** The service of several programs: the one that serves, or is named like the module or a service; undefined: no file says which. */
export function serviceOf(programs: readonly Program[], module: string): Program | undefined {
  const [only, second] = programs
  if (second === undefined) return only
  const base = posix.basename(module.replace(/\/v\d+$/, ""))
  const serve = (of: (one: Program) => readonly GoFile[]) =>
    programs.filter((one) => of(one).some(({ text }) => serves.test(text)))
  const direct = serve(({ files }) => files)
  const serving = direct.length > 0 ? direct : serve(({ imported }) => imported)
  const among = serving.length > 0 ? serving : programs
  const [first, other] = among
  if (other === undefined) return first
  return (
    among.find(({ main }) => main === ".") ??
    among.find(({ main }) => base !== "" && posix.basename(main) === base) ??
    among.find(({ main }) => /(?:^|\/)(?:server|api|web|service)$/.test(main))
  )
}
