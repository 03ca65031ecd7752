import type { Directory, File } from "@dagger.io/dagger"
import { without } from "../../toolbox/index.ts"
import { type UnhardenedImage, workdir } from "../language.ts"
import { namedFiles } from "../named-files.ts"
import { programIn, staticImage } from "../static-image.ts"
import { featuresOf, settled, withPackages } from "./container.ts"
import { leftOutOf, neverInput } from "./inputs.ts"
import { binOf, projectOf, type Request } from "./project.ts"
import { staticLinking, type Target, targetFor } from "./target.ts"

/** The program alone, with what `files` names, on the base of static programs. */
export async function imageOf(request: Request): Promise<UnhardenedImage> {
  const { name, component, toolbox } = request
  const { user, port, healthcheck } = component
  const target = await targetFor(request)
  const sources = await sourcesOf(request)
  const files = await namedFiles(component.files, sources)
  const container = staticImage({
    ...{ toolbox, name, user, platform: target.platform },
    program: await programOf(request, target, sources),
    ...(files === undefined ? {} : { files }),
  })
  return {
    ...{ container, user, port },
    ...(healthcheck === undefined ? {} : { healthcheck: [programIn(name), ...healthcheck] }),
  }
}

async function sourcesOf(request: Request): Promise<Directory> {
  const project = await projectOf(request)
  const directory = request.source.directory(request.component.path)
  return without(directory, [...neverInput, ...leftOutOf(project)])
}

/** Compiled for the target where the packages are; every path that the compiler sees is the same for everybody. */
async function programOf(request: Request, target: Target, sources: Directory): Promise<File> {
  const bin = binOf(request, await projectOf(request))
  const command = [
    ...["cargo", "build", "--release", ...settled, "--message-format=short", "--target"],
    ...[
      target.triple,
      ...staticLinking(target),
      "--package",
      bin.package,
      "--bin",
      bin.name,
      ...featuresOf(request),
    ],
  ]
  return (await withPackages(request, [command], target))
    .withDirectory(workdir, sources)
    .withExec(command)
    .file(`/target/${target.triple}/release/${bin.name}`)
}
