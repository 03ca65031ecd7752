import { type Directory, dag, type File } from "@dagger.io/dagger"
import { programs, type ToolboxFile, toolContainer, without } from "../../toolbox/index.ts"
import type { ComponentRequest, UnhardenedImage } from "../language.ts"
import { stamped } from "../stamped.ts"
import { compiled, hasBuildStep } from "./compile.ts"
import { staticHealthcheck } from "./health.ts"
import { neverInput } from "./inputs.ts"
import { placeOf } from "./install.ts"
import { projectOf } from "./project.ts"
import type { NodeComponent } from "./schema.ts"
import { nginxFor } from "./served-by.ts"
import { serviceImage } from "./service.ts"

type Request = ComponentRequest<NodeComponent>
type Static = NodeComponent & { kind: "static" }

/** Directory of static files in an image: nginx's own default. */
const staticRoot = "/usr/share/nginx/html"

/** The image of a component. The engine builds it when its content is requested. */
export function imageOf(request: Request): Promise<UnhardenedImage> {
  return request.component.kind === "static"
    ? serveStatic(request, request.component)
    : serviceImage(request, request.component)
}

/**
 * Second stage of a static component: nginx, its configuration, and the files, without Node. The first one runs once, on the engine's own
 * platform; of the second nothing is run, so that it may be for any.
 */
async function serveStatic(request: Request, component: Static): Promise<UnhardenedImage> {
  const { source, toolbox } = request
  const files = await staticFiles(request, component)
  const configuration =
    component.nginxConf === undefined
      ? defaultConfiguration(toolbox, files)
      : source.file(`${component.path}/${component.nginxConf}`)
  const settings = dag.directory().withFile("etc/nginx/nginx.conf", configuration)
  const base = nginxFor(request)
  const image = base
    .withDirectory("/", stamped(toolbox, settings, 0))
    .withDirectory("/", stamped(toolbox, dag.directory().withDirectory(staticRoot, files)))
    .withEntrypoint(["nginx", "-g", "daemon off;"])
  const { user, port, health } = component
  return { container: image, user, port, healthcheck: await staticHealthcheck(base, port, health) }
}

/** What the build script writes; without one, the directory of the source. */
async function staticFiles(request: Request, { path, output }: Static): Promise<Directory> {
  if (await hasBuildStep(request)) {
    const { component } = await projectOf(request)
    return (await compiled(request)).directory(`${placeOf(component)}/${output}`)
  }
  return without(request.source.directory(`${path}/${output}`), neverInput)
}

/** The default configuration, with a policy that allows the inline scripts that the files have. See nginx/main.ts. */
function defaultConfiguration(toolbox: ToolboxFile, files: Directory): File {
  return toolContainer(toolbox, "node")
    .withDirectory("/nginx", programs("src/languages/node/nginx"))
    .withMountedDirectory("/site", files)
    .withExec(["node", "/nginx/main.ts", "/nginx/default.conf", "/site", "/nginx.conf"])
    .file("/nginx.conf")
}
