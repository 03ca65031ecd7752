/** A Django project by its files: manage.py names the settings, and they name the application. */
import { posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"

export interface DjangoProject {
  /** The settings module that manage.py names. */
  readonly settings: string
  /** Module and application: `config.wsgi:application`. */
  readonly application: string
  /** Whether a file of the settings names a directory for static files. */
  readonly collects: boolean
}

/** The settings module that a manage.py names; undefined where it names none by a literal. */
export function settingsIn(manage: string): string | undefined {
  return /DJANGO_SETTINGS_MODULE["']\s*[,\]]\s*(?:=\s*)?["']([A-Za-z_][\w.]*)["']/.exec(manage)?.[1]
}

/** @param settings the module that signalbox.yaml names. Null: there is no manage.py, or it names no settings. */
export async function djangoProject(directory: Directory, settings?: string): Promise<DjangoProject | null> {
  const manage = (await directory.exists("manage.py")) ? await directory.file("manage.py").contents() : ""
  const module = settings ?? settingsIn(manage)
  if (module === undefined || manage === "") return null
  const texts = await settingsTexts(directory, module)
  const paths = await directory.glob("**/*sgi.py")
  return {
    settings: module,
    application: applicationIn(texts) ?? applicationBeside(module, paths),
    collects: texts.some((text) => /^\s*STATIC_ROOT\s*[:=]/m.test(text)),
  }
}

/** The text of the settings: a module, or a package whose modules import each other. */
async function settingsTexts(directory: Directory, module: string): Promise<readonly string[]> {
  const path = module.replaceAll(".", "/")
  const files = new Set<string>()
  for (const root of ["", "src/"])
    for (const place of [path, posix.dirname(path)]) {
      if (await directory.exists(`${root}${place}.py`)) files.add(`${root}${place}.py`)
      // `config.settings.production` has its base beside it; of `config.settings` the package itself is meant.
      const isPackage = place === path || posix.basename(place) === "settings"
      if (!isPackage || !(await directory.exists(`${root}${place}/__init__.py`))) continue
      for (const name of await directory.directory(`${root}${place}`).entries())
        if (name.endsWith(".py")) files.add(`${root}${place}/${name}`)
    }
  return Promise.all([...files].map((file) => directory.file(file).contents()))
}

/** `WSGI_APPLICATION = "config.wsgi.application"`, as Django's own template writes it. */
export function applicationIn(texts: readonly string[]): string | undefined {
  for (const name of ["WSGI_APPLICATION", "ASGI_APPLICATION"])
    for (const text of texts) {
      const [, module, attribute] =
        new RegExp(`^\\s*${name}\\s*=\\s*["']([\\w.]+)\\.(\\w+)["']`, "m").exec(text) ?? []
      if (module !== undefined && attribute !== undefined) return `${module}:${attribute}`
    }
  return undefined
}

/** The application of the wsgi.py nearest to the settings, else of the asgi.py. */
export function applicationBeside(settings: string, paths: readonly string[]): string {
  const modules = new Set(
    paths.map((path) =>
      path
        .replace(/^src\//, "")
        .replace(/\.py$/, "")
        .replaceAll("/", "."),
    ),
  )
  const parents = settings.split(".").map((_, index, all) => all.slice(0, all.length - index - 1).join("."))
  for (const kind of ["wsgi", "asgi"])
    for (const parent of parents) {
      const module = parent === "" ? kind : `${parent}.${kind}`
      if (modules.has(module)) return `${module}:application`
    }
  return `${settings.split(".")[0] ?? settings}.wsgi:application`
}

/** Where Django says that it has copied static files to: `127 static files copied to '/app/static', 3 post-processed.` */
export function collectedTo(output: string): string | undefined {
  return /static files? copied(?: to '([^']+)')?/.exec(output)?.[1]
}
