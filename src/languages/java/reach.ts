import type { NamedPart, Reach } from "../../domain/index.ts"
import { projectIn, type Request } from "./read.ts"

/**
 * A component is made of the modules that it names, of every pom of its reactor, and of what lies beside them: of the directory
 * that Maven is started for, only the modules that it cannot be made of are none of its own.
 */
export async function reachOf(request: Request): Promise<Reach> {
  const { root, modules, parents, needed } = await projectIn(request)
  const poms = [...modules, ...parents].map(({ file }) => file)
  const isPart = (directory: string, of: string) => of === directory || of.startsWith(`${directory}/`)
  const foreign = modules
    .map(({ directory }) => directory)
    .filter((directory) => directory !== "." && !needed.some((one) => isPart(directory, one)))
  const outside: readonly NamedPart[] = [
    ...poms.map((path) => ({ path, why: "it is a pom of its reactor" })),
    ...needed.map((path) => ({ path: asDirectory(path), why: "it is in a module that it names" })),
    { path: asDirectory(root), why: `it is in ${root}, where Maven is started for it` },
  ]
  // A pom of such a module is read, and so is a needed module below one.
  return { outside, except: foreign.map(asDirectory), besides: [".mvn/"] }
}

const asDirectory = (path: string): string => (path === "." ? "./" : `${path}/`)
