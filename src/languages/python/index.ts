import { posix } from "node:path"
import { type Container, dag } from "@dagger.io/dagger"
import type { Reach } from "../../domain/index.ts"
import { onlyThese, programs, toolBinary, toolIdentity, without, withVariables } from "../../toolbox/index.ts"
import type { ToolChecks } from "../check.ts"
import type { Fix } from "../fix.ts"
import { type Language, type NamedPackages, workdir } from "../language.ts"
import { matching } from "../paths.ts"
import { withoutInstallOnly } from "./base.ts"
import { assertBuildable, assertStarts, versionFiles } from "./buildable.ts"
import { checksOf, ownFiles } from "./checks.ts"
import { detect } from "./detect.ts"
import { managerReason } from "./failure.ts"
import { fixesOf } from "./fixes.ts"
import { imageOf } from "./image.ts"
import { neverInput, sourceExcludes } from "./inputs.ts"
import { developmentPackages } from "./install.ts"
import type { LockedPackage } from "./names.ts"
import { modulePathIn, venv } from "./places.ts"
import { projectOf, type Request } from "./project.ts"
import type { PythonComponent } from "./schema.ts"
import { codeLines, coverageSettings, isSourceFile, isTestFile } from "./source-files.ts"
import { type PythonFiles, rootSettings, settingsFiles, withRoot } from "./tool-settings.ts"

/** Python with a lock file of pip, uv or Poetry: Django, ASGI and WSGI applications, and modules that are run. */
export const language: Language<PythonComponent> = {
  name: "python",
  // Its development container gets it: run-tool.ts judges exit codes before the engine caches an exec.
  hasNode: true,
  detect,
  looksFor:
    "a requirements.txt with exact versions, a uv.lock or a poetry.lock beside Django's manage.py, or an ASGI or WSGI application",
  manifest: ({ path, kind, requirements }) =>
    `${path}/${requirements ?? (kind === "django" ? "manage.py" : "pyproject.toml")}`,
  image: imageOf,
  assertBuildable,
  developmentContainer,
  developmentImage: async ({ toolbox }) => toolIdentity(toolbox, "python").image ?? "unresolved",
  reasonIn: managerReason,
  // It builds on the toolbox's images, which the toolbox file names by digest.
  unpinned: async () => [],
  checks,
  fixes,
  packages,
  sourceFiles,
  codeLines,
  leftOut,
  reach,
  assertStarts,
}

/**
 * All packages and all sources, tests included, for the gates. A member of a workspace lies where it does below its root: tools look for
 * their settings upwards.
 */
async function developmentContainer(request: Request): Promise<Container> {
  const { component, source, toolbox } = request
  const [installed, files, { workspace }] = await Promise.all([
    developmentPackages(request),
    without(source.directory(component.path), neverInput),
    projectOf(request),
  ])
  const place = workspace === undefined ? workdir : posix.join(workdir, workspace.member)
  const settings =
    workspace === undefined
      ? dag.directory()
      : await onlyThese(source.directory(workspace.root), rootSettings)
  const container = withoutInstallOnly(installed)
    .withDirectory(workdir, settings)
    .withDirectory(place, files)
    .withWorkdir(place)
    .withFile("/usr/local/bin/node", toolBinary(toolbox, "node"), { permissions: 0o755 })
    .withDirectory(`${ownFiles}/lint`, programs("src/languages/python/lint"))
    .withNewFile(`${ownFiles}/coveragerc`, coverageSettings)
  const path = (await container.envVariable("PATH")) || "/usr/local/bin:/usr/bin:/bin"
  return withVariables(container, {
    PATH: `${venv}/bin:${path}`,
    PYTHONPATH: modulePathIn(place),
    // In the working directory they would be taken for files of the component.
    COVERAGE_FILE: "/tmp/coverage",
    CI: "true",
    NO_COLOR: "1",
  })
}

async function checks(request: Request): Promise<ToolChecks> {
  return checksOf(await filesOf(request))
}

async function fixes(request: Request): Promise<readonly Fix[]> {
  return fixesOf(await filesOf(request))
}

async function filesOf(request: Request): Promise<PythonFiles> {
  const { component, source } = request
  const directory = source.directory(component.path)
  const [entries, paths, project] = await Promise.all([
    directory.entries(),
    directory.glob("**/*.py"),
    projectOf(request),
  ])
  const present = settingsFiles.filter((name) => entries.includes(name))
  const texts = await Promise.all(present.map((name) => directory.file(name).contents()))
  const { production, development } = project.locked
  const versions = new Map([...production, ...development].map(({ name, version }) => [name, version]))
  const files: PythonFiles = {
    names: entries,
    tools: project.pyproject?.tools ?? {},
    texts: Object.fromEntries(present.map((name, index) => [name, texts[index] ?? ""])),
    hasTests: paths.some((path) => isTestFile(path) && !/(?:^|\/)(?:\.?venv|node_modules)\//.test(path)),
    version: (name) => versions.get(name),
  }
  if (project.workspace === undefined) return files
  const { root, tools } = project.workspace
  return withRoot(files, { tools, names: await source.directory(root).entries() })
}

/**
 * The packages of the image, written down as the plainest of files that the scanner reads, each by its exact version: of
 * lock files it would leave out what it cannot find a way to, and count the component itself.
 */
async function packages(request: Request): Promise<NamedPackages> {
  await assertBuildable(request)
  const { locked, lockPlace, development: ofChecks } = await projectOf(request)
  const { production, development } = locked
  const more = ofChecks === undefined ? [] : [posix.join(request.component.path, ofChecks)]
  const text = production.map(({ name, version }) => `${name}==${version}\n`).join("")
  return {
    files: dag.directory().withNewFile("requirements.txt", text),
    lockFile: lockPlace,
    lockFiles: [lockPlace, ...more],
    names: [...production, ...development].map(({ name }) => name),
    production: production.length,
    development: development.length,
    developmentFiles: development.flatMap((one) => metadataOf(one, request)),
    developmentPackages: development.map(({ name, version }) => `${name}@${version}`),
    inImage: true,
  }
}

/** Where an installation writes down that it has a package, by the forms of names that wheels have. */
function metadataOf({ name, version }: LockedPackage, { toolbox }: Request): readonly string[] {
  const minor = toolIdentity(toolbox, "python").version.split(".").slice(0, 2).join(".")
  const packagesOf = `${venv.slice(1)}/lib/python${minor}/site-packages`
  const names = [...new Set([name.replaceAll("-", "_"), name])]
  return names.map((one) => `${packagesOf}/${one}-${version}.dist-info/METADATA`)
}

async function sourceFiles({ component, source }: Request): Promise<readonly string[]> {
  const files = await source.directory(component.path).glob("**/*.py")
  return files.filter(isSourceFile)
}

async function leftOut({ component, source }: Request): Promise<readonly string[]> {
  const found = await matching(source.directory(component.path), sourceExcludes)
  const named = component.files.map((path) => path.replace(/^\.\//, ""))
  return found.filter((path) => !named.some((one) => path === one || path === `${one}/`))
}

/**
 * A requirement file that leads out of the directory is refused, and so is a package. Packages are installed from what no source is; those of a
 * member of a workspace from its root, and settings of tools there count for its checks.
 */
async function reach(request: Request): Promise<Reach> {
  const { inputs, locked, lockPlace, workspace } = await projectOf(request)
  const local = locked.local.map((path) => `${path.replace(/\/$/, "")}/`)
  if (workspace === undefined)
    return { outside: [], except: [], besides: [...inputs, ...local, ...versionFiles] }
  const why = `it is in the workspace that ${lockPlace} locks`
  const paths = [...inputs, ...local, ...rootSettings].map((path) => posix.join(workspace.root, path))
  const outside = paths.map((path) => ({ path, why }))
  return { outside, except: [], besides: ["pyproject.toml", ...versionFiles] }
}
