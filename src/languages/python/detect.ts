/** Components in Python by their files, where no `signalbox.yaml` names any. Pure, but for reading them. */
import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { applicationBeside, applicationIn, settingsIn } from "./django.ts"
import { isTestFile } from "./source-files.ts"

/** What tells that a directory is a project of Python. */
const marks =
  /^(?:pyproject\.toml|uv\.lock|poetry\.lock|requirements.*\.txt|requirements\/[\w.-]+\.txt|manage\.py)$/

/** Frameworks, by how a module makes an application. */
const frameworks = [
  { kind: "asgi", name: "FastAPI" },
  { kind: "asgi", name: "Starlette" },
  { kind: "asgi", name: "Litestar" },
  { kind: "asgi", name: "Quart" },
  { kind: "wsgi", name: "Flask" },
] as const

const notCode = /(?:^|\/)(?:\.?venv|node_modules|site-packages|tests?|docs?|examples?|migrations|\.[^/]+)\//

export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const directories = tree.paths.flatMap((path) => directoryOfMark(path) ?? [])
  const found: Detected[] = []
  for (const path of [...new Set(directories)].sort()) {
    const below = tree.paths.filter((one) => path === "." || one.startsWith(`${path}/`))
    const one = (await django(tree, path, below)) ?? (await application(tree, path, below))
    // A directory of settings inside of a component that is found already is no component of its own.
    if (one !== null && !found.some((other) => isWithin(path, other.path))) found.push(one)
  }
  return found
}

function directoryOfMark(path: string): string | undefined {
  if (notCode.test(`/${path}`)) return undefined
  if (marks.test(posix.basename(path))) return posix.dirname(path)
  const [, directory] = /^(.*\/)?requirements\/[\w.-]+\.txt$/.exec(path) ?? []
  return /(?:^|\/)requirements\/[\w.-]+\.txt$/.test(path) ? (directory ?? "./").replace(/\/$/, "") : undefined
}

function isWithin(path: string, directory: string): boolean {
  return directory === "." ? path !== "." : path.startsWith(`${directory}/`)
}

async function django(tree: SourceTree, path: string, below: readonly string[]): Promise<Detected | null> {
  const manage = posix.join(path, "manage.py")
  if (!below.includes(manage)) return null
  const settings = settingsIn(await tree.read(manage))
  if (settings === undefined) return null
  const files = below.map((one) => posix.relative(path, one))
  const module = `${settings.replaceAll(".", "/")}.py`
  const file = files.find((one) => one === module || one === `src/${module}`)
  const text = file === undefined ? "" : await tree.read(posix.join(path, file))
  const entry =
    applicationIn([text]) ??
    applicationBeside(
      settings,
      files.filter((one) => one.endsWith("sgi.py")),
    )
  return {
    path,
    because: `${manage} names the settings ${settings}`,
    settings: [
      { setting: "kind", value: "django", because: manage },
      { setting: "entry", value: entry, because: file === undefined ? manage : posix.join(path, file) },
      ...(await healthOf(tree, path, files)),
    ],
  }
}

async function application(
  tree: SourceTree,
  path: string,
  below: readonly string[],
): Promise<Detected | null> {
  const files = below
    .map((one) => posix.relative(path, one))
    .filter(isCode)
    .sort(byDepth)
  for (const file of files) {
    const place = posix.join(path, file)
    const text = await tree.read(place)
    for (const { kind, name } of frameworks) {
      const [, variable] =
        new RegExp(`^(\\w+)\\s*(?::\\s*[\\w.]+\\s*)?=\\s*(?:\\w+\\.)?${name}\\(`, "m").exec(text) ?? []
      if (variable === undefined) continue
      return {
        path,
        because: `${place} makes an application of ${name}`,
        settings: [
          { setting: "kind", value: kind, because: place },
          { setting: "entry", value: `${moduleName(file)}:${variable}`, because: place },
          ...(await healthOf(tree, path, files)),
        ],
      }
    }
  }
  return null
}

const isCode = (file: string): boolean =>
  file.endsWith(".py") && !notCode.test(`/${file}`) && !isTestFile(file)

/** The application of a project is made at its top, not in what it has beside. */
function byDepth(a: string, b: string): number {
  return a.split("/").length - b.split("/").length || (a < b ? -1 : 1)
}

function moduleName(file: string): string {
  return file
    .replace(/^src\//, "")
    .replace(/(?:\/__init__)?\.py$/, "")
    .replaceAll("/", ".")
}

/** A path by its usual name, where a route names it. */
async function healthOf(
  tree: SourceTree,
  path: string,
  files: readonly string[],
): Promise<readonly Assumed[]> {
  const route = /["'](?:\^|\/)?((?:[\w-]+\/)*(?:healthz?|livez|readyz|ping)\/?)\$?["']/
  for (const file of files.filter(isCode)) {
    const place = posix.join(path, file)
    const [, found] = route.exec(await tree.read(place)) ?? []
    if (found !== undefined) return [{ setting: "health", value: `/${found}`, because: place }]
  }
  return []
}
