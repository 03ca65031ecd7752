import { type Container, type Directory, dag } from "@dagger.io/dagger"
import {
  npmInstall,
  program,
  type ToolboxFile,
  toolContainer,
  withOutput,
  without,
} from "../../toolbox/index.ts"
import { type ComponentRequest, type LanguageImage, workdir } from "../language.ts"
import { nodeHealthcheck, staticHealthcheck } from "./health.ts"
import { buildExcludes, notForRun, outputOf } from "./inputs.ts"
import type { NodeComponent } from "./schema.ts"

type Request = ComponentRequest<NodeComponent>

/** Where static files lie in an image: nginx's own default. */
export const staticRoot = "/usr/share/nginx/html"

/** The image of a component. Nothing is built until something is asked of it. */
export function imageOf(request: Request): Promise<LanguageImage> {
  return request.component.kind === "static"
    ? serveStatic(request, request.component)
    : runService(request, request.component)
}

/** A component's directory with its development packages: where it is compiled and where the gates look. */
export function withDevelopmentPackages(request: Request): Promise<Container> {
  return npmInstall(request.toolbox, request.source.directory(request.component.path), request.trust)
}

/** First stage: all packages, and what the build script writes. */
async function compiled(request: Request): Promise<Container> {
  const { component, source } = request
  const [installed, input] = await Promise.all([
    withDevelopmentPackages(request),
    without(source.directory(component.path), buildExcludes(outputOf(component))),
  ])
  return installed.withDirectory(workdir, input).withExec(["npm", "run", "--silent", component.scripts.build])
}

/** Second stage of a static component: nginx, its configuration, and the files. Nothing of Node is left. */
async function serveStatic(
  request: Request,
  component: NodeComponent & { kind: "static" },
): Promise<LanguageImage> {
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
  return { container: image, healthcheck: await staticHealthcheck(base, component.port, component.health) }
}

/** Second stage of a service: Node, production packages and compiled JavaScript. */
async function runService(
  request: Request,
  component: NodeComponent & { kind: "service" },
): Promise<LanguageImage> {
  const { source, toolbox, trust } = request
  const manifest = source.directory(component.path)
  const output = `${workdir}/${outputOf(component)}`
  const [installed, built] = await Promise.all([
    npmInstall(toolbox, manifest, trust, { production: true }),
    compiled(request),
  ])
  // A service without production packages has no such directory.
  const packages = { include: ["node_modules/**"], exclude: [...notForRun, "**/.bin"] }
  const withPackages = withOutput(dag.directory(), workdir, installed.directory(workdir), packages)
  const overlay = withOutput(withPackages, output, built.directory(output), { exclude: notForRun }).withFile(
    `${workdir}/package.json`,
    manifest.file("package.json"),
  )
  const image = toolContainer(toolbox, toolbox.tools.nodeSlim === undefined ? "node" : "nodeSlim")
    .withDirectory("/", stamped(toolbox, overlay, 0))
    .withWorkdir(workdir)
    .withEnvVariable("NODE_ENV", "production")
    .withEntrypoint(["node", component.entry])
  return { container: image, healthcheck: nodeHealthcheck(component.port, component.health) }
}

/** Files for an image with one time stamp; without seconds it follows from their content. See stamp.ts. */
function stamped(toolbox: ToolboxFile, overlay: Directory, seconds?: number): Directory {
  return toolContainer(toolbox, "node")
    .withFile("/stamp.ts", program("src/languages/node/stamp.ts"))
    .withDirectory("/overlay", overlay)
    .withExec(["node", "/stamp.ts", "/overlay", ...(seconds === undefined ? [] : [String(seconds)])])
    .directory("/overlay")
}
