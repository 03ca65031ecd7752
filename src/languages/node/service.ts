import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { toolContainer, withOutput, without } from "../../toolbox/index.ts"
import { type ComponentRequest, type UnhardenedImage, workdir } from "../language.ts"
import { cleanPath } from "../paths.ts"
import { stamped } from "../stamped.ts"
import { buildOutput, compiled, hasBuildStep, prepared } from "./compile.ts"
import { nodeHealthcheck } from "./health.ts"
import { notForRun, sourceExcludes } from "./inputs.ts"
import { installPackages, lockFile, ownScripts, withoutDevelopmentPackages } from "./install.ts"
import { localPackages } from "./manifest.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>
type Service = NodeComponent & { kind: "service" }

/** Second stage of a service: Node, production packages and the program. */
export async function serviceImage(request: Request, component: Service): Promise<UnhardenedImage> {
  const { source, toolbox } = request
  const manifest = source.directory(component.path).file("package.json")
  const [installed, withProgram, linked] = await Promise.all([
    productionPackages(request),
    programOf(request, component),
    linkedInside(request),
  ])
  // A service without production packages has no such directory.
  const packages = {
    include: ["node_modules/**", ...linked.map((path) => `${path}/node_modules/**`)],
    exclude: [...notForRun("packages.js"), "**/.bin", "node_modules/.cache"],
  }
  const overlay = withOutput(withProgram, workdir, installed.directory(workdir), packages).withFile(
    `${workdir}/package.json`,
    manifest,
  )
  const image = toolContainer(toolbox, toolbox.tools.nodeSlim === undefined ? "node" : "nodeSlim")
    .withDirectory("/", stamped(toolbox, overlay, 0))
    .withWorkdir(workdir)
    .withEnvVariable("NODE_ENV", "production")
    .withEntrypoint(["node", component.entry])
  const { user, port, health } = component
  return { container: image, user, port, healthcheck: nodeHealthcheck(port, health) }
}

/**
 * A container with the packages of the image. Where scripts of the project change packages (patches, generated clients),
 * they run among the sources with all packages, as in a checkout, and the development packages are removed afterwards.
 */
async function productionPackages(request: Request): Promise<Container> {
  const { install } = await ownScripts(request)
  if (install.length === 0) return installPackages(request, { production: true })
  return withoutDevelopmentPackages(await prepared(request))
}

/**
 * The output of the build script, with `files` and the packages that are directories of the component; for plain
 * JavaScript, and where the build writes among the sources, the sources themselves.
 */
async function programOf(request: Request, component: Service): Promise<Directory> {
  const { entry } = component
  if (!(await hasBuildStep(request))) {
    const exclude = [...sourceExcludes, ...notForRun(entry)]
    const sources = await without(request.source.directory(component.path), exclude)
    return dag.directory().withDirectory(workdir, sources)
  }
  const [built, output] = await Promise.all([compiled(request), buildOutput(request)])
  if (output === null) {
    const exclude = [...sourceExcludes, ...notForRun(entry)]
    return withOutput(dag.directory(), workdir, built.directory(workdir), { exclude })
  }
  const place = `${workdir}/${output}`
  const program = withOutput(dag.directory(), place, built.directory(place), { exclude: notForRun(entry) })
  const beside = [...component.files.map(cleanPath), ...(await linkedInside(request))]
  if (beside.length === 0) return program
  return withOutput(program, workdir, built.directory(workdir), {
    include: beside.flatMap((path) => [path, `${path}/**`]),
    exclude: ["**/node_modules", ...notForRun(entry)],
  })
}

/** Directories of the component that are packages of the image: `node_modules` has links to them only. */
async function linkedInside({ component, source }: Request): Promise<string[]> {
  const file = `${component.path}/${lockFile}`
  const linked = localPackages(await source.file(file).contents(), file)
  return linked
    .filter(({ kind, production }) => kind === "directory" && production)
    .map(({ path }) => cleanPath(path))
}
