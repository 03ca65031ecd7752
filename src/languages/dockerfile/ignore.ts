import { posix } from "node:path"
import { namedBy } from "../../toolbox/index.ts"
import type { SourceTree } from "../detected.ts"
import type { IgnoreFile } from "../language.ts"
import { cleanPath } from "../paths.ts"
import { copiedPaths } from "./context.ts"
import { instructions } from "./instructions.ts"
import type { DockerfileComponent } from "./schema.ts"

/**
 * What no image is made of, by its name. Tests, their settings and those of compilers are not here: a stage may run them. Neither is
 * what a build writes: where that is committed, it may be what is copied.
 */
const never: readonly string[] = [
  ...[
    "**/.git",
    "**/.gitignore",
    "**/.gitattributes",
    "**/docker-compose*",
    "**/compose.yaml",
    "**/compose.yml",
  ],
  ...["**/node_modules", "**/__pycache__", "**/.venv", "**/.pytest_cache", "**/.mypy_cache"],
  ...["**/.env.local", "**/.env.*.local", "**/.netrc", "**/.pypirc"],
  ...["**/*.log", "**/*.tmp", "**/*.swp", "**/.DS_Store", "**/.idea", "**/.vscode", "**/.editorconfig"],
  ...[
    ".github",
    ".gitlab-ci.yml",
    ".circleci",
    "Jenkinsfile",
    "azure-pipelines.yml",
    ".pre-commit-config.yaml",
  ],
  ...[".githooks", "signalbox.yaml", "signalbox-waivers.yaml"],
]

/** What some builds read, and other ones do not: where a file of such a build is there, it stays. */
const sometimes: readonly { readonly patterns: readonly string[]; readonly readBy: RegExp }[] = [
  {
    // Packagers and compilers take a README into what they make; of sources that may, nobody looks into each.
    patterns: ["README*", "CHANGELOG*", "CONTRIBUTING*"],
    readBy:
      /(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg)|MANIFEST\.in|Cargo\.toml|[^/]+\.(?:go|rs|gemspec|csproj))$/,
  },
  {
    // Reports of coverage have pages, scripts and data; a directory of that name with code is a part of the program.
    patterns: ["**/coverage"],
    readBy: /(?:^|\/)coverage\/(?:.*\/)?[^/]+\.(?:go|tsx?|jsx|mjs|py|rs|java|kt|rb|cs|php|vue|svelte|exs?)$/,
  },
  // Bundlers read what is committed as a default.
  { patterns: ["**/.env"], readBy: /(?:^|\/)package\.json$/ },
]

/**
 * The `.dockerignore` of a component that its own Dockerfile builds; null where its context has one. What the Dockerfile copies by its name is
 * not left out, whatever it is.
 */
export async function ignoreFile(
  component: DockerfileComponent,
  { paths, read }: SourceTree,
): Promise<IgnoreFile | null> {
  const context = cleanPath(component.context ?? component.path) || "."
  const path = posix.join(context, ".dockerignore")
  const file = posix.join(cleanPath(component.path) || ".", component.dockerfile)
  const hasOne = [path, `${file}.dockerignore`].some((one) => paths.includes(one))
  if (hasOne || !paths.includes(file)) return null
  const inside = paths.flatMap((one) => relativeTo(context, one))
  const copied = copiedPaths(instructions(await read(file)))
  const others = sometimes.filter(({ readBy }) => !inside.some((one) => readBy.test(one)))
  const all = [...never, ...others.flatMap(({ patterns }) => patterns)]
  return { path, patterns: all.filter((pattern) => !takesAway(pattern, copied, inside)) }
}

function relativeTo(context: string, path: string): readonly string[] {
  if (context === ".") return [path]
  return path.startsWith(`${context}/`) ? [path.slice(context.length + 1)] : []
}

/** Whether a pattern leaves out what an instruction names; one that takes the whole context names nothing. */
function takesAway(pattern: string, copied: readonly string[], inside: readonly string[]): boolean {
  const isNamed = namedBy([pattern])
  const isLeftOut = (path: string) => withParents(path).some(isNamed)
  return copied.some((source) => {
    if (/[*?[]/.test(source)) {
      const takes = namedBy([source])
      return inside.some((path) => isLeftOut(path) && withParents(path).some(takes))
    }
    // The directory that it names may have in it what is left out anywhere, such as node_modules.
    return isLeftOut(source)
  })
}

/** `a/b/c`, `a/b` and `a`. */
function withParents(path: string): readonly string[] {
  const names = path.split("/")
  return names.map((_, index) => names.slice(0, names.length - index).join("/"))
}
