import type { Directory, File } from "@dagger.io/dagger"
import { without } from "../../toolbox/index.ts"
import { type UnhardenedImage, workdir } from "../language.ts"
import { namedFiles } from "../named-files.ts"
import { platformsOf } from "../platforms.ts"
import { programIn, staticImage } from "../static-image.ts"
import { withModules } from "./container.ts"
import { buildExcludes } from "./inputs.ts"
import type { Request } from "./project.ts"

/** The program alone, with what `files` names, on the base of static programs. */
export async function imageOf(request: Request): Promise<UnhardenedImage> {
  const { name, component, toolbox } = request
  const { user, port, healthcheck } = component
  const platform = platformOf(request)
  const sources = await without(request.source.directory(component.path), buildExcludes)
  const files = await namedFiles(component.files, sources)
  const container = staticImage({
    ...{ toolbox, name, platform, user, program: await programOf(request, sources) },
    ...(files === undefined ? {} : { files }),
  })
  return {
    ...{ container, user, port },
    ...(healthcheck === undefined ? {} : { healthcheck: [programIn(name), ...healthcheck] }),
  }
}

/**
 * Compiled for the platform of the image. Equal sources give equal bytes wherever that happens: paths of the machine, the
 * state of the repository and the linker's own identity of a build are left out.
 */
async function programOf(request: Request, sources: Directory): Promise<File> {
  const { name, component } = request
  const [os = "linux", architecture = ""] = platformOf(request).split("/")
  return (await withModules(request))
    .withEnvVariable("GOOS", os)
    .withEnvVariable("GOARCH", architecture)
    .withDirectory(workdir, sources)
    .withExec(["go", "build", ...flagsOf(component.tags), "-o", `/out/${name}`, packageOf(component.main)])
    .file(`/out/${name}`)
}

/** The platform that is asked for, or the component's first. */
function platformOf({ component, platform = platformsOf(component)[0] }: Request): string {
  return platform
}

/** Arguments of `go build` for a program that is the same for everybody. */
export function flagsOf(tags: readonly string[]): string[] {
  const tagged = tags.length === 0 ? [] : [`-tags=${tags.join(",")}`]
  return ["-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", ...tagged]
}

/** A directory as Go takes it: without `./` it would be a module's path. */
export function packageOf(main: string): string {
  return main === "." || main.startsWith("./") ? main : `./${main}`
}
