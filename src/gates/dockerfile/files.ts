import type { SignalboxConfig } from "../../config/index.ts"
import type { TreeFiles } from "../engine/tree-tool/exec.ts"

const isDockerfile = (name: string): boolean =>
  /^(?:docker|container)file(?:[._-].+)?$/i.test(name) || /\.(?:docker|container)file$/i.test(name)
/** Ends like something else: `Dockerfile.dockerignore`, `dockerfile.ts`, `Dockerfile.md`. */
const isOther = (name: string): boolean =>
  /\.(?:dockerignore|containerignore|[cm]?[jt]sx?|go|py|rs|java|kt|rb|php|c|h|cpp|md|rst|txt|json|ya?ml|toml|xml|html|sh|lock|orig|rej|bak|swp)$/i.test(
    name,
  )
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
  const templates = found.filter(
    (path) => isTemplate(nameOf(path)) && !named.some(({ file }) => file === path),
  )
  const files = [...new Set([...named.map(({ file }) => file), ...found])]
    .filter((file) => there.has(file) && !templates.includes(file))
    .sort()
  return {
    files,
    notLooked: templates.map((file) => ({ file, why: "it is a template" })),
    errors: named.flatMap(({ component, file }) =>
      there.has(file) ? [] : [`${component}: its Dockerfile ${file} is not in the tree`],
    ),
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

function inDirectory(directory: string, file: string): string {
  const clean = directory.replace(/^(?:\.\/)+|\/+$/g, "")
  const name = file.replace(/^(?:\.\/)+/, "")
  return clean === "" || clean === "." ? name : `${clean}/${name}`
}
