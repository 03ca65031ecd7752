/** How a component is started: what its files and settings say, as arguments. */
import { venvPython } from "./places.ts"
import type { PythonComponent } from "./schema.ts"

/** What serves an application, by its module in the environment. */
export type Server = "gunicorn" | "uvicorn"

/** A program and what it is started by. */
export interface Start {
  readonly command: readonly string[]
  /** The module with the program, as Python imports it: `app.main`. */
  readonly module: string
  /** The package of the environment that serves it; undefined where the module serves by itself. */
  readonly server?: Server
}

/** @param application of a Django project, as its files tell it. */
export function startOf(component: PythonComponent, application?: string): Start {
  switch (component.kind) {
    case "django": {
      const { port } = component
      const entry = component.entry ?? application ?? "wsgi:application"
      return moduleOf(entry).split(".").at(-1) === "asgi"
        ? underUvicorn(entry, port)
        : underGunicorn(entry, port)
    }
    case "asgi":
      return underUvicorn(component.entry, component.port)
    case "wsgi":
      return underGunicorn(component.entry, component.port)
    case "module":
    case "worker":
      return { command: [venvPython, "-m", component.entry, ...component.arguments], module: component.entry }
  }
}

function moduleOf(application: string): string {
  return application.split(":")[0] ?? application
}

/** Its workers tell that they live by a file: in memory, because the root file system may be read-only. */
function underGunicorn(entry: string, port: number): Start {
  const options = ["--bind", `0.0.0.0:${port}`, "--worker-tmp-dir", "/dev/shm"]
  return {
    command: [venvPython, "-m", "gunicorn", ...options, entry],
    module: moduleOf(entry),
    server: "gunicorn",
  }
}

function underUvicorn(entry: string, port: number): Start {
  const [target = entry, call] = entry.split("()")
  // A function that makes the application is called by an option.
  const factory = call === undefined ? [] : ["--factory"]
  const options = ["--host", "0.0.0.0", "--port", String(port), ...factory]
  return {
    command: [venvPython, "-m", "uvicorn", ...options, target],
    module: moduleOf(entry),
    server: "uvicorn",
  }
}

/** Paths, relative to a directory of modules, of which one exists where the module does. */
export function pathsOf(module: string, isRun = false): readonly string[] {
  const path = module.replaceAll(".", "/")
  const beginning = isRun ? `${path}/__main__.py` : `${path}/__init__.py`
  return [`${path}.py`, beginning]
}

const probe =
  "import sys,urllib.request as u\n" +
  "try:sys.exit(0 if u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:'+sys.argv[1]+sys.argv[2],timeout=2.5).status==200 else 1)\n" +
  "except Exception:sys.exit(1)"

/** The command that checks inside the image whether it serves: port and path are data, never part of a program's text. */
export function healthcheckOf(port: number, path: string): string[] {
  return [venvPython, "-I", "-S", "-c", probe, String(port), path]
}
