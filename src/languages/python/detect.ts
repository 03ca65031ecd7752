/** Components in Python by their files, where no `signalbox.yaml` names any. Pure, but for reading them. */
import { posix } from "node:path"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { applicationOf, startedBy } from "./detect-application.ts"
import { healthRoute } from "./detect-health.ts"
import { applicationBeside, applicationIn, settingsIn } from "./django.ts"
import { isTestFile } from "./source-files.ts"

/** What tells that a directory is a project of Python. */
const marks =
  /^(?:pyproject\.toml|uv\.lock|poetry\.lock|requirements.*\.txt|requirements\/[\w.-]+\.txt|manage\.py)$/

const notCode = /(?:^|\/)(?:\.?venv|node_modules|site-packages|tests?|docs?|examples?|migrations|\.[^/]+)\//

export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const directories = tree.paths.flatMap((path) => directoryOfMark(path) ?? [])
  const found: Detected[] = []
  for (const path of [...new Set(directories)].sort()) {
    const below = tree.paths.filter((one) => path === "." || one.startsWith(`${path}/`))
    // A directory of settings inside of a component that is found already is no component of its own.
    if (found.some((other) => isWithin(path, other.path))) continue
    if (await isBareWorkspace(tree, path)) continue
    const one = (await django(tree, path, below)) ?? (await application(tree, path, below))
    if (one === null) continue
    const notBuilt = unlocked(path, tree.paths)
    found.push(notBuilt === undefined ? one : { ...one, settings: [], notBuilt })
  }
  return found
}

/** Gunicorn and Uvicorn are told where to listen when the image starts them. */
const served: Assumed = {
  ...{ setting: "port", value: 8080, ofImage: true },
  because: "the image starts the server that listens on it",
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
      served,
      ...(await djangoHealth(tree, path, { settings, text, files })),
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
  const modules = await Promise.all(
    files.map(async (file) => ({ file, text: await tree.read(posix.join(path, file)) })),
  )
  const found = applicationOf(modules)
  if (found === null) return null
  const place = posix.join(path, found.file)
  const procfile = posix.join(path, "Procfile")
  const started = below.includes(procfile) ? startedBy(await tree.read(procfile)) : null
  const [{ kind, entry }, because] = started === null ? [found, place] : [started, `${procfile}: web`]
  return {
    path,
    because: `${place} ${found.because}`,
    settings: [
      { setting: "kind", value: kind, because },
      { setting: "entry", value: entry, because },
      served,
      ...health(path, modules, (text) => healthRoute(text, kind, found.variable)),
    ],
  }
}

const isCode = (file: string): boolean =>
  file.endsWith(".py") && !notCode.test(`/${file}`) && !isTestFile(file)

/** The application of a project is made at its top, not in what it has beside. */
function byDepth(a: string, b: string): number {
  return a.split("/").length - b.split("/").length || (a < b ? -1 : 1)
}

function health(
  path: string,
  modules: readonly { readonly file: string; readonly text: string }[],
  routeIn: (text: string) => string | undefined,
): readonly Assumed[] {
  for (const { file, text } of modules) {
    const value = routeIn(text)
    if (value !== undefined) return [{ setting: "health", value, because: posix.join(path, file) }]
  }
  return []
}

/** Of the URLs of the whole site alone: those of an application of it have a path in front. */
async function djangoHealth(
  tree: SourceTree,
  path: string,
  {
    settings,
    text,
    files,
  }: { readonly settings: string; readonly text: string; readonly files: readonly string[] },
): Promise<readonly Assumed[]> {
  const named = /^\s*ROOT_URLCONF\s*=\s*["']([\w.]+)["']/m.exec(text)?.[1]
  const parents = settings.split(".").map((_, index, all) => all.slice(0, all.length - index - 1).join("/"))
  const usual = parents.map((parent) => posix.join(parent, "urls"))
  const modules = named === undefined ? usual : [named.replaceAll(".", "/")]
  const file = modules
    .flatMap((module) => [`${module}.py`, `src/${module}.py`])
    .find((one) => files.includes(one))
  if (file === undefined) return []
  const urls = await tree.read(posix.join(path, file))
  return health(path, [{ file, text: urls }], (one) => healthRoute(one, "django"))
}

/** What keeps its packages from being installed; undefined where nothing does. */
function unlocked(path: string, paths: readonly string[]): string | undefined {
  const names = (directory: string) =>
    paths.filter((one) => posix.dirname(one) === directory).map((one) => posix.basename(one))
  const own = names(path)
  const isLock = (name: string) => /^(?:uv\.lock|poetry\.lock|requirements.*\.txt)$/.test(name)
  const below = path === "." ? "requirements/" : `${path}/requirements/`
  if (own.some(isLock) || paths.some((one) => one.startsWith(below))) return undefined
  for (let directory = path; directory !== "."; ) {
    directory = posix.dirname(directory)
    if (names(directory).includes("uv.lock"))
      return `it is locked by ${posix.join(directory, "uv.lock")}: of a workspace of uv, only the root is installed`
  }
  return "there is no lock file of pip, uv or Poetry: requirements.txt, uv.lock or poetry.lock"
}

/** The root of a workspace of uv that is no project itself: its lock file is of its members. */
async function isBareWorkspace(tree: SourceTree, path: string): Promise<boolean> {
  const file = posix.join(path, "pyproject.toml")
  if (!tree.paths.includes(file)) return false
  const text = await tree.read(file)
  return /^\[tool\.uv\.workspace\]/m.test(text) && !/^\[project\]/m.test(text)
}
