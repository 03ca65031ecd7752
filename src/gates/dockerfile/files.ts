import type { SignalboxConfig } from "../../config/index.ts"
import type { TreeFiles } from "../engine/tree-tool/exec.ts"

const isDockerfile = (name: string): boolean =>
  /^(?:docker|container)file(?:[._-].+)?$/i.test(name) || /\.(?:docker|container)file$/i.test(name)
/** Ends like something else: `Dockerfile.dockerignore`, `Dockerfile.md`. */
const isOther = (name: string): boolean =>
  /\.(?:dockerignore|containerignore|md|rst|txt|json|ya?ml|toml|xml|html|sh|lock|orig|rej|bak|swp)$/i.test(
    name,
  )
/** `dockerfile.ts` is code. `Dockerfile.go` may be that of a service in Go, or code as well: its name does not tell. */
const isCode = (name: string): boolean => /\.(?:[cm]?[jt]sx?|go|py|rs|java|kt|rb|php|c|h|cpp)$/i.test(name)
const isCapital = (name: string): boolean => /^[DC]/.test(name)
const isTemplate = (name: string): boolean =>
  /\.(?:tmpl|tpl|template|j2|jinja2?|erb|in|m4|mustache|hbs|gotmpl|ejs)$/i.test(name)

/**
 * The Dockerfiles of a tree: those that components name, and what is called like one.
 * @param paths all files of the tree
 */
export function dockerfilesIn(
  paths: readonly string[],
  config: Pick<SignalboxConfig, "components">,
): TreeFiles & {
  /** Why a Dockerfile that a component names cannot be judged. */
  readonly errors: readonly string[]
} {
  const there = new Set(paths)
  const named = Object.entries(config.components).flatMap(([component, one]) =>
    "dockerfile" in one ? [{ component, file: inDirectory(one.path, one.dockerfile) }] : [],
  )
  const found = paths.filter((path) => isDockerfile(nameOf(path)) && !isOther(nameOf(path)))
  const notLooked = found
    .filter((path) => !named.some(({ file }) => file === path))
    .flatMap((file) => {
      const why = whyNot(nameOf(file))
      return why === undefined ? [] : [{ file, why }]
    })
  const judged = found.filter((file) => whyNot(nameOf(file)) === undefined && !isCode(nameOf(file)))
  const files = [...new Set([...named.map(({ file }) => file), ...judged])]
    .filter((file) => there.has(file))
    .sort()
  return {
    files,
    notLooked,
    errors: named.flatMap(({ component, file }) =>
      there.has(file) ? [] : [`${component}: its Dockerfile ${file} is not in the tree`],
    ),
  }
}

function whyNot(name: string): string | undefined {
  if (isTemplate(name)) return "it is a template"
  if (isCode(name) && isCapital(name))
    return "it ends like a program: it is judged where a component names it as its dockerfile"
  return undefined
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

function inDirectory(directory: string, file: string): string {
  const clean = directory.replace(/^(?:\.\/)+|\/+$/g, "")
  const name = file.replace(/^(?:\.\/)+/, "")
  return clean === "" || clean === "." ? name : `${clean}/${name}`
}
