import { type Container, type Directory, dag, type File, type Platform } from "@dagger.io/dagger"
import { program, type ToolboxFile, toolContainer } from "../toolbox/index.ts"
import { workdir } from "./language.ts"
import { stamped } from "./stamped.ts"

export interface StaticProgram {
  readonly toolbox: ToolboxFile
  /** The compiled program. */
  readonly program: File
  /** Its name in the image: `/app/NAME`. */
  readonly name: string
  /** What the image is for. Nothing of it is run, so it need not be the platform of the engine. */
  readonly platform: string
  readonly user: number
  /** What lies beside the program in `/app`. Default: nothing. */
  readonly files?: Directory
}

/**
 * An image with one static program on the toolbox's base, which has certificate authorities, time zones and users, and
 * nothing that can be started. A program for another platform, or one that needs a loader, is an error of its build.
 */
export function staticImage({
  toolbox,
  program: file,
  name,
  platform,
  user,
  files,
}: StaticProgram): Container {
  const base = toolContainer(toolbox, "static")
  const placed = toolContainer(toolbox, "node")
    .withUser("0")
    .withFile("/signalbox/elf.ts", program("src/languages/elf.ts"))
    .withFile("/signalbox/place-program.ts", program("src/languages/place-program.ts"))
    .withMountedFile("/program", file)
    .withMountedDirectory("/base/etc", base.directory("/etc"))
    .withDirectory("/out", dag.directory())
    .withExec(placeProgram({ platform, name, user }))
    .directory("/out")
  const overlay =
    files === undefined ? placed : dag.directory().withDirectory(workdir, files).withDirectory("/", placed)
  return dag
    .container({ platform: platform as Platform })
    .withRootfs(base.rootfs())
    .withDirectory("/", stamped(toolbox, overlay, 0))
    .withWorkdir(workdir)
    .withEntrypoint([programIn(name)])
}

/** Where the program of a name lies in its image. */
export function programIn(name: string): string {
  return `${workdir}/${name}`
}

function placeProgram({ platform, name, user }: Pick<StaticProgram, "platform" | "name" | "user">): string[] {
  return ["node", "/signalbox/place-program.ts", "/program", platform, name, String(user), "/base", "/out"]
}
