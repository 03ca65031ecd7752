import { posix } from "node:path"
import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { toolContainer, withOutput, without } from "../../toolbox/index.ts"
import { type ComponentRequest, type UnhardenedImage, workdir } from "../language.ts"
import { cleanPath } from "../paths.ts"
import { stamped } from "../stamped.ts"
import { buildOutput, compiled, hasBuildStep, prepared } from "./compile.ts"
import { nodeHealthcheck } from "./health.ts"
import { notForRun, sourceExcludes } from "./inputs.ts"
import { installForProduction, ownScripts, placeOf, pruningOf } from "./install.ts"
import { isStandalone, standaloneLayout } from "./next.ts"
import { type Project, projectOf } from "./project.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>
type Service = NodeComponent & { kind: "service" }

/** Second stage of a service: Node, production packages and the program. */
export async function serviceImage(request: Request, component: Service): Promise<UnhardenedImage> {
  const { toolbox } = request
  const program = isStandalone(component)
    ? await standaloneProgram(request, component)
    : await programWithPackages(request, component)
  const { user, port, health } = component
  const image = toolContainer(toolbox, toolbox.tools.nodeSlim === undefined ? "node" : "nodeSlim")
    .withDirectory("/", stamped(toolbox, program.overlay, 0))
    .withWorkdir(program.directory)
    .withEnvVariable("NODE_ENV", "production")
    .withEntrypoint(["node", program.entry])
  return {
    // Without HOSTNAME, the server of Next.js listens where the container's name leads, and not where it is checked.
    container: isStandalone(component)
      ? image.withEnvVariable("HOSTNAME", "0.0.0.0").withEnvVariable("PORT", String(port))
      : image,
    ...{ user, port, healthcheck: nodeHealthcheck(port, health) },
  }
}

interface Program {
  readonly overlay: Directory
  /** Where it is started, and with which file. */
  readonly directory: string
  readonly entry: string
}

/** The output of the build, or the sources, beside the packages that it needs; in a workspace at the same places as there. */
async function programWithPackages(request: Request, component: Service): Promise<Program> {
  const project = await projectOf(request)
  const { tree, production } = project
  const [{ installed, leavings }, withProgram] = await Promise.all([
    productionPackages(request, project),
    programOf(request, project, component),
  ])
  const linked = linkedInside(project)
  const places = [...new Set([...production.map(({ path }) => path), ...linked])]
  // A service without production packages has no such directory.
  const packages = {
    include: places.map((path) => posix.join(path, "node_modules/**")),
    exclude: [...notForRun("packages.js"), "**/.bin", "**/node_modules/.cache", ...leavings],
  }
  const overlay = production.reduce(
    (all, { path }) => {
      const file = posix.join(path, "package.json")
      return all.withFile(posix.join(workdir, file), tree.file(file))
    },
    withOutput(withProgram, workdir, installed.directory(workdir), packages),
  )
  return { overlay, directory: placeOf(project.component), entry: component.entry }
}

/** What Next.js has put together: its server, the traced packages, and the files for browsers. */
async function standaloneProgram(request: Request, component: Service): Promise<Program> {
  const project = await projectOf(request)
  const output = (await compiled(request)).directory(placeOf(project.component))
  const { directory, server, parts } = standaloneLayout(component)
  const there = await Promise.all(parts.map(async (part) => ((await output.exists(part.from)) ? [part] : [])))
  const overlay = there
    .flat()
    .reduce(
      (all, { from, to }) =>
        withOutput(all, posix.join(workdir, to), output.directory(from), { exclude: ["**/*.map"] }),
      dag.directory().withNewDirectory(workdir),
    )
  return { overlay, directory: posix.join(workdir, directory), entry: server }
}

/**
 * A container with the packages of the image. Where scripts of the project change packages (patches, generated clients),
 * they run among the sources with all packages, as in a checkout, and the development packages are removed afterwards.
 */
async function productionPackages(request: Request, project: Project): Promise<Packages> {
  const changing = project.production.filter((member) => ownScripts(project, member).install.length > 0)
  if (changing.length === 0) return { installed: await installForProduction(request), leavings: [] }
  const scripts = changing.flatMap((member) => ownScripts(project, member).install).join(", ")
  const { command, leavings: patterns } = pruningOf(project, scripts)
  const all = await prepared(request)
  const installed = command === null ? all : all.withWorkdir(workdir).withExec([...command])
  if (patterns.length === 0) return { installed, leavings: [] }
  const fresh = await installForProduction(request)
  const listed = async (container: Container) => {
    const directory = container.directory(workdir)
    const found = await Promise.all(patterns.map((pattern) => directory.glob(pattern)))
    return found.flat().map((path) => path.replace(/\/$/, ""))
  }
  const [left, needed] = await Promise.all([listed(installed), listed(fresh)])
  // What a script has generated beside the packages is no package: `.prisma`.
  const isPackage = (path: string) => !posix.basename(path).startsWith(".")
  return { installed, leavings: left.filter((path) => isPackage(path) && !needed.includes(path)) }
}

/** The packages of an image. */
interface Packages {
  /** They lie in its working directory. */
  readonly installed: Container
  /** Paths there that are no part of the image. */
  readonly leavings: readonly string[]
}

/**
 * The output of the build script, with `files` and the packages that are directories of the source; for plain
 * JavaScript, and where the build writes among the sources, the sources themselves.
 */
async function programOf(request: Request, project: Project, component: Service): Promise<Directory> {
  const { entry } = component
  const place = placeOf(project.component)
  const linked = linkedInside(project)
  const isPlain = !(await hasBuildStep(request))
  if (isPlain && linked.length === 0) {
    const exclude = [...sourceExcludes, ...notForRun(entry)]
    const sources = await without(request.source.directory(component.path), exclude)
    return dag.directory().withDirectory(place, sources)
  }
  const built = await (isPlain ? prepared(request) : compiled(request))
  const output = isPlain ? null : await buildOutput(request)
  const program =
    output === null
      ? withOutput(dag.directory(), place, built.directory(place), {
          exclude: [...sourceExcludes, ...notForRun(entry)],
        })
      : withOutput(dag.directory(), posix.join(place, output), built.directory(posix.join(place, output)), {
          exclude: notForRun(entry),
        })
  const files =
    output === null ? [] : component.files.map((path) => posix.join(project.component.path, cleanPath(path)))
  const beside = [...files, ...linked]
  if (beside.length === 0) return program
  return withOutput(program, workdir, built.directory(workdir), {
    include: beside.flatMap((path) => [path, `${path}/**`]),
    exclude: ["**/node_modules", ...notForRun(entry)],
  })
}

/** Directories of the source that are packages of the image: `node_modules` has links to them only. */
function linkedInside({ production, component, local }: Project): readonly string[] {
  const members = production.filter((one) => one.path !== "." && one !== component).map(({ path }) => path)
  const directories = local.filter(({ kind, production: isNeeded }) => kind === "directory" && isNeeded)
  return [...members, ...directories.map(({ path }) => cleanPath(path))]
}
