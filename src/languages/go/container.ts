import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { cacheName, toolContainer, without } from "../../toolbox/index.ts"
import { workdir } from "../language.ts"
import { withSecretFiles } from "../secret-files.ts"
import { isManifest, neverInput } from "./inputs.ts"
import { downloadedModules } from "./module-file.ts"
import { type GoProject, projectOf, type Request } from "./project.ts"

/** The build secret with logins by host, for modules of private servers. */
const logins = { id: "netrc", file: "/root/.netrc", variable: "NETRC" } as const

const compiled = "/root/.cache/go-build"

/** The component among its modules, for its checks: everything but its program is there. */
export async function developmentContainer(request: Request): Promise<Container> {
  const directory = request.source.directory(request.component.path)
  return (await withModules(request)).withDirectory(workdir, await without(directory, neverInput))
}

/**
 * Go with the modules that go.sum names. They are a layer of their own, made from go.mod and go.sum alone: changed sources
 * download nothing, and from here on nothing can be downloaded. What Go compiles is kept on a volume of this level of
 * trust; Go knows each part by the content of all that it was made from.
 */
export async function withModules(request: Request): Promise<Container> {
  const project = await projectOf(request)
  const base = withSettings(toolContainer(request.toolbox, "go"), request, project)
  const fetched = needsDownload(project) ? await downloaded(request, base) : base
  return fetched
    .withEnvVariable("GOPROXY", "off")
    .withMountedCache(compiled, dag.cacheVolume(cacheName("go-build", request.trust)))
}

function withSettings(container: Container, { component }: Request, project: GoProject): Container {
  const settings = {
    GOTOOLCHAIN: "local",
    GOPATH: "/go",
    GOMODCACHE: "/go/pkg/mod",
    GOCACHE: compiled,
    // Of a directory without go.work, nothing above it counts.
    GOWORK: project.workspace === null ? "off" : `${workdir}/go.work`,
    GOFLAGS: project.vendored ? "-mod=vendor" : "-mod=readonly",
    GOPRIVATE: component.private.join(","),
    CGO_ENABLED: "0",
  }
  const clean = container.withUser("0:0").withoutEntrypoint().withWorkdir(workdir)
  return Object.entries(settings).reduce((one, [name, value]) => one.withEnvVariable(name, value), clean)
}

function needsDownload({ modules, vendored }: GoProject): boolean {
  const own = new Set(modules.map(({ file }) => file.module))
  return !vendored && modules.some(({ file }) => downloadedModules(file, own).length > 0)
}

async function downloaded(request: Request, base: Container): Promise<Container> {
  const manifests = base.withDirectory(workdir, await manifestsOf(request))
  const download = (container: Container) => container.withExec(["go", "mod", "download"])
  return withSecretFiles(request.secrets, [logins], manifests, download)
}

/** go.mod and go.sum of every module of the component, at their places. */
async function manifestsOf({ component, source }: Request): Promise<Directory> {
  const directory = source.directory(component.path)
  const paths = (await directory.glob("**/go.*")).filter(isManifest).sort()
  return paths.reduce((all, path) => all.withFile(path, directory.file(path)), dag.directory())
}
