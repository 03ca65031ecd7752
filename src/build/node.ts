import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { Component } from "../config/index.ts"
import {
  npmInstall,
  program,
  type ToolboxFile,
  type Trust,
  toolContainer,
  withOutput,
  without,
} from "../toolbox/index.ts"
import { hardening } from "./hardening.ts"
import { nodeHealthcheck, staticHealthcheck } from "./health.ts"
import { buildExcludes, notForRun, outputOf } from "./inputs.ts"
import { foreignLabels, imageLabels, type LabelOptions } from "./labels.ts"

export interface BuildRequest {
  readonly name: string
  readonly component: Component
  /** The whole source tree; only what the component's image needs is taken from it. */
  readonly source: Directory
  readonly toolbox: ToolboxFile
  readonly trust: Trust
  readonly labels?: Omit<LabelOptions, "title">
}

/** Where static files lie in an image: nginx's own default. */
export const staticRoot = "/usr/share/nginx/html"
const workdir = "/app"

/** The image of a component. Nothing is built until something is asked of it. */
export function buildNode(request: BuildRequest): Promise<Container> {
  return request.component.kind === "static"
    ? serveStatic(request, request.component)
    : runService(request, request.component)
}

/** A component's directory with its development packages: where it is compiled and where the gates look. */
export function withDevelopmentPackages(request: Omit<BuildRequest, "name" | "labels">): Promise<Container> {
  return npmInstall(request.toolbox, request.source.directory(request.component.path), request.trust)
}

/** First stage: all packages, and what the build script writes. */
async function compiled(request: BuildRequest): Promise<Container> {
  const { component, source } = request
  const [installed, input] = await Promise.all([
    withDevelopmentPackages(request),
    without(source.directory(component.path), buildExcludes(outputOf(component))),
  ])
  return installed.withDirectory(workdir, input).withExec(["npm", "run", "--silent", component.scripts.build])
}

/** Second stage of a static component: nginx, its configuration, and the files. Nothing of Node is left. */
async function serveStatic(
  request: BuildRequest,
  component: Component & { kind: "static" },
): Promise<Container> {
  const configuration =
    component.nginxConf === undefined
      ? program("src/build/default-nginx.conf")
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
  return hardened(image, request, await staticHealthcheck(base, component.port, component.health))
}

/** Second stage of a service: Node, production packages and compiled JavaScript. */
async function runService(
  request: BuildRequest,
  component: Component & { kind: "service" },
): Promise<Container> {
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
  return hardened(image, request, nodeHealthcheck(component.port, component.health))
}

/** What every image has in common: an unprivileged user, its port, a health check, and who it is. */
function hardened(image: Container, request: BuildRequest, healthcheck: string[] | undefined): Container {
  const { component, labels, name } = request
  const { interval, timeout, startPeriod, retries } = hardening.healthcheck
  const configured = foreignLabels
    .reduce((container, label) => container.withoutLabel(label), image)
    .withUser(`${component.user}:${component.user}`)
    .withExposedPort(component.port)
  const checked =
    healthcheck === undefined
      ? configured
      : configured.withDockerHealthcheck(healthcheck, { interval, timeout, startPeriod, retries })
  return imageLabels({ title: name, ...labels }).reduce(
    (container, [label, value]) => container.withLabel(label, value),
    checked,
  )
}

/** Files for an image with one time stamp; without seconds it follows from their content. See stamp.ts. */
function stamped(toolbox: ToolboxFile, overlay: Directory, seconds?: number): Directory {
  return toolContainer(toolbox, "node")
    .withFile("/stamp.ts", program("src/build/stamp.ts"))
    .withDirectory("/overlay", overlay)
    .withExec(["node", "/stamp.ts", "/overlay", ...(seconds === undefined ? [] : [String(seconds)])])
    .directory("/overlay")
}
