/** Components in Python by their files, where no `signalbox.yaml` names any. Pure, but for reading them. */
import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import type { Assumed, Detected, SourceTree } from "../detected.ts"
import { applicationOf, startedBy, workerIn } from "./detect-application.ts"
import { healthRoute } from "./detect-health.ts"
import { applicationBeside, applicationIn, settingsIn } from "./django.ts"
import { isLock, uvLockFile } from "./manager.ts"
import { isTestFile } from "./source-files.ts"
import { membersOf } from "./uv-lock.ts"

/** What tells that a directory is a project of Python. */
const marks =
  /^(?:pyproject\.toml|uv\.lock|poetry\.lock|requirements.*\.txt|requirements\/[\w.-]+\.txt|manage\.py)$/

const notCode = /(?:^|\/)(?:\.?venv|node_modules|site-packages|tests?|docs?|examples?|migrations|\.[^/]+)\//

export async function detect(tree: SourceTree): Promise<readonly Detected[]> {
  const directories = tree.paths.flatMap((path) => directoryOfMark(path) ?? [])
  const found: Detected[] = []
  for (const path of [...new Set(directories)].sort()) {
    const members = await membersIn(tree, path)
    const below = tree.paths.filter(
      (one) =>
        (path === "." || one.startsWith(`${path}/`)) &&
        !members.some((member) => one.startsWith(`${member}/`)),
    )
    // A directory of settings inside of a component that is found already is no component of its own, unless it is locked as one.
    if (found.some((other) => isWithin(path, other.path)) && !(await isMember(tree, path))) continue
    if (await isBareWorkspace(tree, path)) continue
    const one =
      (await django(tree, path, below)) ??
      (await application(tree, path, below)) ??
      (await worker(tree, path, below))
    if (one === null) continue
    const notBuilt = await unlocked(path, tree)
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

/** A program that listens on no port, where there is nothing else: of a directory with an application, that is the component. */
async function worker(tree: SourceTree, path: string, below: readonly string[]): Promise<Detected | null> {
  const procfile = posix.join(path, "Procfile")
  if (!below.includes(procfile)) return null
  const found = workerIn(await tree.read(procfile))
  if (found === null) return null
  const because = `${procfile}: worker`
  return {
    path,
    because: `${procfile} has a worker, and no application is made there`,
    settings: [
      { setting: "kind", value: "worker", because },
      { setting: "entry", value: found.entry, because },
      ...(found.arguments.length === 0 ? [] : [{ setting: "arguments", value: found.arguments, because }]),
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
async function unlocked(path: string, tree: SourceTree): Promise<string | undefined> {
  if (hasLock(path, tree)) return undefined
  const root = lockedAbove(path, tree)
  if (root === undefined)
    return "there is no lock file of pip, uv or Poetry: requirements.txt, uv.lock or poetry.lock"
  if (await isMember(tree, path)) return undefined
  return `${posix.join(root, "uv.lock")} above it does not have it among the members of its workspace`
}

function hasLock(path: string, { paths }: SourceTree): boolean {
  const start = path === "." ? "" : `${path}/`
  const isOwn = (one: string) => one.startsWith(start) && isLock(one.slice(start.length))
  return paths.some(isOwn) || paths.some((one) => one.startsWith(`${start}requirements/`))
}

/** The nearest directory above with a lock file of uv. */
function lockedAbove(path: string, { paths }: SourceTree): string | undefined {
  for (let directory = path; directory !== "."; ) {
    directory = posix.dirname(directory)
    if (paths.includes(posix.join(directory, uvLockFile))) return directory
  }
  return undefined
}

/** Whether the lock file above locks it, as a member of its workspace. */
async function isMember(tree: SourceTree, path: string): Promise<boolean> {
  if (hasLock(path, tree) || !tree.paths.includes(posix.join(path, "pyproject.toml"))) return false
  const root = lockedAbove(path, tree)
  if (root === undefined) return false
  return (await membersIn(tree, root)).includes(path)
}

/** Directories of the members that a lock file of uv in a directory has beside that directory itself. */
async function membersIn(tree: SourceTree, path: string): Promise<readonly string[]> {
  const file = posix.join(path, uvLockFile)
  if (!tree.paths.includes(file)) return []
  const text = await tree.read(file)
  return readable(() => membersOf(text, file)).flatMap((member) =>
    member === "." ? [] : [posix.join(path, member)],
  )
}

/** A lock file that cannot be read is told by the build of what it locks, with its line: it hides no other component here. */
function readable(members: () => readonly string[]): readonly string[] {
  try {
    return members()
  } catch (error) {
    if (error instanceof SignalboxError && error.code === "CONFIG_INVALID") return []
    throw error
  }
}

/** The root of a workspace of uv that is no project itself: its lock file is of its members. */
async function isBareWorkspace(tree: SourceTree, path: string): Promise<boolean> {
  const file = posix.join(path, "pyproject.toml")
  if (!tree.paths.includes(file)) return false
  const text = await tree.read(file)
  return /^\[tool\.uv\.workspace\]/m.test(text) && !/^\[project\]/m.test(text)
}
