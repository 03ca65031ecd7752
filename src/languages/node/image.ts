import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { program, type ToolboxFile, toolContainer, withOutput, without } from "../../toolbox/index.ts"
import { type ComponentRequest, type UnhardenedImage, workdir } from "../language.ts"
import { nodeHealthcheck, staticHealthcheck } from "./health.ts"
import { buildExcludes, notForRun, outputOf, sourceExcludes } from "./inputs.ts"
import { installPackages } from "./install.ts"
import { manifestIn } from "./manifest.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** Directory of static files in an image: nginx's own default. */
export const staticRoot = "/usr/share/nginx/html"

/** The image of a component. The engine builds it when its content is requested. */
export function imageOf(request: Request): Promise<UnhardenedImage> {
  return request.component.kind === "static"
    ? serveStatic(request, request.component)
    : runService(request, request.component)
}

/** A container with the component's development packages, for compiling and for the gates. */
export function withDevelopmentPackages(request: Request): Promise<Container> {
  return installPackages(request.toolbox, request.source.directory(request.component.path), request.trust)
}

/** First stage: all packages, and the output of the build script. */
async function compiled(request: Request): Promise<Container> {
  const { component, source } = request
  const [installed, input] = await Promise.all([
    withDevelopmentPackages(request),
    without(source.directory(component.path), buildExcludes(outputOf(component))),
  ])
  return installed.withDirectory(workdir, input).withExec(["npm", "run", "--silent", component.scripts.build])
}

/** Second stage of a static component: nginx, its configuration, and the files, without Node. */
async function serveStatic(
  request: Request,
  component: NodeComponent & { kind: "static" },
): Promise<UnhardenedImage> {
  const configuration =
    component.nginxConf === undefined
      ? program("src/languages/node/default-nginx.conf")
      : request.source.file(`${component.path}/${component.nginxConf}`)
  const settings = dag.directory().withFile("etc/nginx/nginx.conf", configuration)
  const files = dag
    .directory()
    .withDirectory(staticRoot, (await compiled(request)).directory(`${workdir}/${component.output}`))
  const base = toolContainer(request.toolbox, "nginx")
  const image = base
    .withDirectory("/", stamped(request.toolbox, settings, 0))
    .withDirectory("/", stamped(request.toolbox, files))
    .withEntrypoint(["nginx", "-g", "daemon off;"])
  const { user, port, health } = component
  return { container: image, user, port, healthcheck: await staticHealthcheck(base, port, health) }
}

/** Second stage of a service: Node, production packages and the program. */
async function runService(
  request: Request,
  component: NodeComponent & { kind: "service" },
): Promise<UnhardenedImage> {
  const { source, toolbox, trust } = request
  const manifest = source.directory(component.path)
  const [installed, withProgram] = await Promise.all([
    installPackages(toolbox, manifest, trust, { production: true }),
    programOf(request, component),
  ])
  // A service without production packages has no such directory.
  const packages = { include: ["node_modules/**"], exclude: [...notForRun, "**/.bin"] }
  const overlay = withOutput(withProgram, workdir, installed.directory(workdir), packages).withFile(
    `${workdir}/package.json`,
    manifest.file("package.json"),
  )
  const image = toolContainer(toolbox, toolbox.tools.nodeSlim === undefined ? "node" : "nodeSlim")
    .withDirectory("/", stamped(toolbox, overlay, 0))
    .withWorkdir(workdir)
    .withEnvVariable("NODE_ENV", "production")
    .withEntrypoint(["node", component.entry])
  const { user, port, health } = component
  return { container: image, user, port, healthcheck: nodeHealthcheck(port, health) }
}

/** The output of the build script; for plain JavaScript, the sources themselves. */
async function programOf(
  request: Request,
  component: NodeComponent & { kind: "service" },
): Promise<Directory> {
  if (await hasBuildStep(request)) {
    const output = `${workdir}/${outputOf(component)}`
    const built = (await compiled(request)).directory(output)
    return withOutput(dag.directory(), output, built, { exclude: notForRun })
  }
  const sources = await without(request.source.directory(component.path), [...sourceExcludes, ...notForRun])
  return dag.directory().withDirectory(workdir, sources)
}

/**
 * Whether a script builds the content of the image. A service whose package.json has no script `build` is plain
 * JavaScript; a script that signalbox.yaml names and that does not exist is an error of the build.
 */
export async function hasBuildStep({ component, source }: Request): Promise<boolean> {
  if (component.kind === "static" || component.scripts.build !== "build") return true
  const file = `${component.path}/package.json`
  return "build" in manifestIn(await source.file(file).contents(), file).scripts
}

/** Files for an image with one time stamp; without seconds it follows from their content. See stamp.ts. */
function stamped(toolbox: ToolboxFile, overlay: Directory, seconds?: number): Directory {
  return toolContainer(toolbox, "node")
    .withFile("/stamp.ts", program("src/languages/node/stamp.ts"))
    .withDirectory("/overlay", overlay)
    .withExec(["node", "/stamp.ts", "/overlay", ...(seconds === undefined ? [] : [String(seconds)])])
    .directory("/overlay")
}
