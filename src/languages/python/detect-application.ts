/** Which application a project serves, by what its modules make and by how a Procfile starts it. Pure. */

/** Frameworks, by how a module makes an application. */
const frameworks = [
  { kind: "asgi", name: "FastAPI" },
  { kind: "asgi", name: "Starlette" },
  { kind: "asgi", name: "Litestar" },
  { kind: "asgi", name: "Quart" },
  { kind: "wsgi", name: "Flask" },
] as const

export interface Application {
  readonly kind: "asgi" | "wsgi"
  /** `MODULE:VARIABLE`, or `MODULE:FACTORY()`. */
  readonly entry: string
  readonly variable: string
  /** The file that tells it, relative to the project. */
  readonly file: string
  readonly because: string
}

interface Module {
  readonly file: string
  readonly text: string
}

/** A function that makes an application, by its usual names. */
const factory = String.raw`(?:create|make|build|get)_(?:\w+_)?app(?:lication)?`

/** @param modules the project's code, the modules at its top first. */
export function applicationOf(modules: readonly Module[]): Application | null {
  return made(modules) ?? byFactory(modules)
}

/** `app = FastAPI()` at the top of a module. */
function made(modules: readonly Module[]): Application | null {
  for (const { file, text } of modules)
    for (const { kind, name } of frameworks) {
      const [, variable] =
        new RegExp(`^(\\w+)\\s*(?::\\s*[\\w.]+\\s*)?=\\s*(?:\\w+\\.)?${name}\\(`, "m").exec(text) ?? []
      if (variable === undefined) continue
      const entry = `${moduleName(file)}:${variable}`
      return { kind, entry, variable, file, because: `makes an application of ${name}` }
    }
  return null
}

/** Made in a function: `app = create_app()` calls it, or the server does where it needs no argument. */
function byFactory(modules: readonly Module[]): Application | null {
  const inside = frameworks.flatMap(({ kind, name }) => {
    const makes = new RegExp(`^[ \\t]+.*\\b(?:\\w+\\.)?${name}\\(`, "m")
    const found = modules.filter(({ text }) => makes.test(text))
    return found.length === 0 ? [] : [{ kind, name, found }]
  })
  const [first] = inside
  if (first === undefined) return null
  const { kind, name } = first
  const called = new RegExp(`^(\\w+)\\s*(?::\\s*[\\w.]+\\s*)?=\\s*(?:\\w+\\.)*(${factory})\\(`, "m")
  for (const { file, text } of modules) {
    const [, variable, by] = called.exec(text) ?? []
    if (variable === undefined) continue
    const entry = `${moduleName(file)}:${variable}`
    return { kind, entry, variable, file, because: `makes an application of ${name} by ${by}` }
  }
  const defined = new RegExp(`^def (${factory})\\(([^)]*)\\)`, "m")
  for (const { file, text } of first.found) {
    const [, by, parameters = ""] = defined.exec(text) ?? []
    if (by === undefined || !needsNothing(parameters)) continue
    const entry = `${moduleName(file)}:${by}()`
    return { kind, entry, variable: "app", file, because: `makes an application of ${name} in ${by}` }
  }
  return null
}

function needsNothing(parameters: string): boolean {
  return parameters
    .split(/,(?![^[]*\])/)
    .map((one) => one.trim())
    .every((one) => one === "" || one.startsWith("*") || one === "/" || one.includes("="))
}

/** `web: gunicorn shop:app` of a Procfile: how it is started, in its own words. */
export function startedBy(procfile: string): Pick<Application, "kind" | "entry"> | null {
  const [, line = ""] = /^web:\s*(.*)$/m.exec(procfile) ?? []
  const command = line.split(/&&|;/).find((one) => /\b(?:gunicorn|uvicorn|hypercorn)\b/.test(one))
  const entry = command
    ?.split(/\s+/)
    .find((word) => /^[A-Za-z_][\w.]*:[A-Za-z_]\w*(?:\(\))?$/.test(word.replaceAll(/["']/g, "")))
  if (command === undefined || entry === undefined) return null
  const isAsgi = /\b(?:uvicorn|hypercorn)\b/i.test(command)
  return { kind: isAsgi ? "asgi" : "wsgi", entry: entry.replaceAll(/["']/g, "") }
}

/**
 * `worker: celery -A shop worker` of a Procfile: a module that is run and its arguments; null for what a shell or another program has to
 * read first.
 */
export function workerIn(
  procfile: string,
): { readonly entry: string; readonly arguments: readonly string[] } | null {
  const [, line = ""] = /^worker:\s*(.+)$/m.exec(procfile) ?? []
  const words = line.trim().split(/\s+/)
  // What a shell would replace, join or quote is no plain list of words.
  if (
    line === "" ||
    words.some((word) => /[$"'`\\|&;<>(){}*?~#=]/.test(word.replace(/^--?[\w-]+=(?=[\w.,:/-]+$)/, "")))
  )
    return null
  const [program = "", ...rest] = words
  if (program === "celery") return { entry: program, arguments: rest }
  const [dash, module = "", ...args] = rest
  const isModule = /^python3?$/.test(program) && dash === "-m" && /^[A-Za-z_][\w.]*$/.test(module)
  return isModule ? { entry: module, arguments: args } : null
}

function moduleName(file: string): string {
  return file
    .replace(/^src\//, "")
    .replace(/(?:\/__init__)?\.py$/, "")
    .replaceAll("/", ".")
}
