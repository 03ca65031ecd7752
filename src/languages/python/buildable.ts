import type { Container } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import { workdir } from "../language.ts"
import { cleanPath } from "../paths.ts"
import { djangoProject } from "./django.ts"
import { pathsOf } from "./entry.ts"
import { commandOf } from "./image.ts"
import { venv } from "./places.ts"
import { type Project, projectOf, type Request } from "./project.ts"
import { minorOf, namedVersion, satisfies } from "./python-version.ts"

/** Checks that a component's files make a build possible. @throws CONFIG_INVALID */
export async function assertBuildable(request: Request): Promise<void> {
  const project = await projectOf(request)
  await assertDjango(request)
  await assertServer(request, project)
  await assertPython(request, project)
}

async function assertDjango({ name, component, source }: Request): Promise<void> {
  if (component.kind !== "django") return
  if ((await djangoProject(source.directory(component.path), component.settings)) !== null) return
  const isThere = await source.exists(`${component.path}/manage.py`)
  throw new SignalboxError("CONFIG_INVALID", {
    what: isThere
      ? `${component.path}/manage.py names no settings module`
      : `there is no ${component.path}/manage.py in the source`,
    where: `signalbox.yaml: components.${name}.${isThere ? "settings" : "path"}`,
    next: isThere
      ? "name it: settings: config.settings"
      : "correct the path, or name another kind: asgi or wsgi with an entry",
  })
}

/** What serves the application is a package like others. */
async function assertServer(request: Request, { locked, lockPlace, manager }: Project): Promise<void> {
  const { name } = request
  const { server } = await commandOf(request)
  if (server === undefined || locked.production.some((one) => one.name === server)) return
  const isDevelopment = locked.development.some((one) => one.name === server)
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${lockPlace} does not name ${server}, which serves ${name}`,
    where: lockPlace,
    ...(isDevelopment ? { why: "it is a dependency for development, which no image has" } : {}),
    next:
      manager === "pip"
        ? `add ${server} with an exact version and all that it depends on, or start another server: kind: module`
        : `add ${server} to the dependencies and lock again, or start another server: kind: module`,
  })
}

/** The files that say which Python a project runs on, beside `requires-python`. */
export const versionFiles = [".python-version", "runtime.txt"] as const

async function assertPython(request: Request, { pyproject }: Project): Promise<void> {
  const { component, source, toolbox } = request
  const own = toolIdentity(toolbox, "python").version
  const slim = toolbox.tools.pythonSlim === undefined ? own : toolIdentity(toolbox, "pythonSlim").version
  if (minorOf(slim) !== minorOf(own))
    throw new SignalboxError("CONFIG_INVALID", {
      what: `the toolbox builds with Python ${own}, and runs on Python ${slim}`,
      where: "toolbox.yaml: tools.pythonSlim",
      next: "name images of one version in tools.python and tools.pythonSlim",
    })
  for (const file of versionFiles) {
    const path = `${component.path}/${file}`
    if (!(await source.exists(path))) continue
    const wanted = namedVersion(await source.file(path).contents())
    if (wanted === null) throw notPython(request, path)
    // Releases of one such number differ in corrections only.
    const parts = own.split(".")
    if (
      minorOf(wanted)
        .split(".")
        .some((part, index) => parts[index] !== part)
    )
      throw otherPython(request, path, `it names ${wanted}`, own)
  }
  const manifest = `${component.path}/pyproject.toml`
  const wanted = pyproject?.python
  if (wanted === undefined) return
  const told = satisfies(own, wanted)
  if (told === false) throw otherPython(request, `${manifest}: requires-python`, `it asks for ${wanted}`, own)
  if (told === null)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `the version of Python that ${request.name} runs on cannot be read: ${JSON.stringify(wanted)}`,
      where: manifest,
      next: 'write it as PEP 440 does: requires-python = ">=3.11"',
    })
}

function otherPython({ name }: Request, where: string, why: string, own: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `${name} does not run on Python ${own}`,
    where,
    why: `${why}, and the toolbox has ${own}`,
    next: "name another Python in toolbox.yaml (tools.python and tools.pythonSlim), or correct the file",
  })
}

function notPython({ name }: Request, where: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `the version of Python that ${name} runs on cannot be read`,
    where,
    why: "its first line is no version of CPython, such as 3.11",
    next: "correct it, or build the component by its own Dockerfile: language: dockerfile",
  })
}

/** @throws CONFIG_INVALID where the module that the image starts, or a file that signalbox.yaml names, is not in it */
export async function assertStarts(request: Request, image: Container): Promise<void> {
  const { name, component } = request
  for (const file of component.files.map(cleanPath)) {
    if (await image.exists(file)) continue
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${file} is not in the image of ${name}`,
      where: `signalbox.yaml: components.${name}.files`,
      next: "correct the path, relative to the component's path",
    })
  }
  const { module } = await commandOf(request)
  const isRun = component.kind === "module" || component.kind === "worker"
  const paths = pathsOf(module, isRun)
  for (const root of [workdir, `${workdir}/src`])
    for (const path of paths) if (await image.exists(`${root}/${path}`)) return
  const packages = image.directory(`${venv}/lib`)
  for (const path of paths) if ((await packages.glob(`python3*/site-packages/${path}`)).length > 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `the module ${module} is not in the image of ${name}`,
    where: `signalbox.yaml: components.${name}.entry`,
    why: `there is neither ${paths.join(" nor ")} in ${component.path}, in its src, or in a package`,
    next: isRun
      ? "correct the entry: the module that python -m runs"
      : "correct the entry: MODULE:APPLICATION, relative to the component's path",
  })
}
