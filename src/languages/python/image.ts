import { type Container, type Directory, dag, ReturnType } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { toolContainer, withOutput, without, withVariables } from "../../toolbox/index.ts"
import { type UnhardenedImage, workdir } from "../language.ts"
import { cleanPath } from "../paths.ts"
import { stamped } from "../stamped.ts"
import { withoutInstallOnly } from "./base.ts"
import { collectedTo, type DjangoProject, djangoProject } from "./django.ts"
import { healthcheckOf, type Start, startOf } from "./entry.ts"
import { neverInput, sourceExcludes } from "./inputs.ts"
import { productionPackages } from "./install.ts"
import { modulePath, venv, venvPython } from "./places.ts"
import type { Request } from "./project.ts"
import type { DjangoComponent } from "./schema.ts"

/** Second stage: a slim Python, the packages of the image, and the program; each in a layer of its own. */
export async function imageOf(request: Request): Promise<UnhardenedImage> {
  const { component, toolbox } = request
  const [base, packages, program, start] = await Promise.all([
    slim(request),
    packagesOverlay(request),
    programOverlay(request),
    commandOf(request),
  ])
  const image = withVariables(
    base
      .withDirectory("/", stamped(toolbox, packages, 0))
      .withDirectory("/", stamped(toolbox, program))
      .withWorkdir(workdir),
    {
      PATH: `${venv}/bin:${(await base.envVariable("PATH")) || "/usr/local/bin:/usr/bin:/bin"}`,
      VIRTUAL_ENV: venv,
      PYTHONPATH: modulePath,
      // The root file system may be read-only, and what is in the image is compiled.
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONUNBUFFERED: "1",
      ...(component.kind === "django" && component.settings !== undefined
        ? { DJANGO_SETTINGS_MODULE: component.settings }
        : {}),
    },
  )
  const { user, port, health } = component
  return {
    container: image.withoutDefaultArgs().withEntrypoint([...start.command]),
    ...{ user, port },
    // A worker serves nobody: that it runs is all that anybody can see.
    healthcheck: port === undefined || health === undefined ? undefined : healthcheckOf(port, health),
  }
}

export async function commandOf({ component, source }: Request): Promise<Start> {
  if (component.kind !== "django" || component.entry !== undefined) return startOf(component)
  const project = await djangoProject(source.directory(component.path), component.settings)
  return startOf(component, project?.application)
}

/** What public images of Python have beside it, and an installed program does without. */
const installers = /^(?:pip|setuptools|wheel|pkg_resources|_distutils_hack|distutils-precedence)\b/

async function slim({ toolbox }: Request): Promise<Container> {
  const base = toolContainer(toolbox, toolbox.tools.pythonSlim === undefined ? "python" : "pythonSlim")
  const [modules, programs] = await Promise.all([
    base.rootfs().glob("usr/local/lib/python3*/site-packages/*"),
    base.rootfs().glob("usr/local/bin/*"),
  ])
  const isInstaller = (path: string) => installers.test(path.split("/").filter(Boolean).at(-1) ?? "")
  return [...modules, ...programs]
    .filter(isInstaller)
    .reduce(
      (one, path) => (path.endsWith("/") ? one.withoutDirectory(`/${path}`) : one.withoutFile(`/${path}`)),
      base,
    )
}

const compileall = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"] as const

/** The environment with its code compiled: by content, so that equal packages make equal files. */
async function packagesOverlay(request: Request): Promise<Directory> {
  const installed = await productionPackages(request)
  const compiled = installed.withExec([venvPython, ...compileall, `${venv}/lib`], { expect: ReturnType.Any })
  // 1: files that are no code of this Python, such as templates; the packages that have them do not import them.
  const code = await compiled.exitCode()
  if (code !== 0 && code !== 1)
    throw new SignalboxError("TOOL_FAILED", {
      what: `the packages of ${request.name} could not be compiled`,
      why: `compileall ended with ${code}: ${(await compiled.stderr()).trim().split("\n").at(-1) ?? ""}`,
    })
  return withOutput(dag.directory(), venv, compiled.directory(venv), {
    exclude: ["bin/activate*", "bin/Activate*", "**/.lock", "include"],
  })
}

/** The sources, what Django collects of them, and both compiled. A file that is no Python ends the build, with its line. */
async function programOverlay(request: Request): Promise<Directory> {
  const { component, source } = request
  const directory = source.directory(component.path)
  const installed = withoutInstallOnly(await productionPackages(request)).withEnvVariable(
    "PYTHONHASHSEED",
    "0",
  )
  const sources = await without(directory, sourceExcludes)
  const named = await namedFiles(request)
  const placed = installed
    .withDirectory(workdir, sources)
    .withDirectory(workdir, named)
    .withWorkdir(workdir)
    .withEnvVariable("PYTHONPATH", modulePath)
  const project = component.kind === "django" ? await djangoProject(directory, component.settings) : null
  const collected =
    component.kind === "django" ? await withStatic(placed, component, project) : { container: placed }
  const compiled = collected.container.withExec([venvPython, ...compileall, workdir])
  const program = withOutput(dag.directory(), workdir, compiled.directory(workdir), {})
  const { outside } = collected
  return outside === undefined ? program : withOutput(program, outside, compiled.directory(outside), {})
}

/** The files of `files`, with what of them builds leave out. */
async function namedFiles({ component, source }: Request): Promise<Directory> {
  const directory = source.directory(component.path)
  const kept = await without(directory, neverInput)
  let files = dag.directory()
  for (const path of component.files.map(cleanPath)) {
    // What is missing is told when the image is built: see assertStarts.
    if (!(await kept.exists(path))) continue
    const parent = path.includes("/") ? kept.directory(path.slice(0, path.lastIndexOf("/"))) : kept
    const isDirectory = (await parent.entries()).includes(`${path.slice(path.lastIndexOf("/") + 1)}/`)
    files = isDirectory
      ? files.withDirectory(path, kept.directory(path))
      : files.withFile(path, kept.file(path))
  }
  return files
}

interface Collected {
  readonly container: Container
  /** Where the static files are, if not in the component's directory. */
  readonly outside?: string
}

async function withStatic(
  placed: Container,
  component: DjangoComponent,
  project: DjangoProject | null,
): Promise<Collected> {
  if (!(component.collectstatic ?? project?.collects ?? false)) return { container: placed }
  const told = "/signalbox/collected.txt"
  const variables = {
    ...component.buildEnvironment,
    ...(component.settings === undefined ? {} : { DJANGO_SETTINGS_MODULE: component.settings }),
  }
  const ran = withVariables(placed.withNewFile(told, ""), variables).withExec(
    [venvPython, "manage.py", "collectstatic", "--noinput"],
    { redirectStdout: told },
  )
  const root = collectedTo(await ran.file(told).contents())
  const container = Object.keys(variables).reduce((one, name) => one.withoutEnvVariable(name), ran)
  return root === undefined || root === workdir || root.startsWith(`${workdir}/`)
    ? { container }
    : { container, outside: root }
}
