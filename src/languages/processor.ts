import type { Container } from "@dagger.io/dagger"
import { SignalboxError } from "../domain/index.ts"
import { program, type ToolboxFile, toolContainer } from "../toolbox/index.ts"
import type { ForeignFile } from "./foreign-files.ts"

/** The program that reads them, and what it imports. */
const files = { "foreign-files.ts": "src/languages/foreign-files.ts", "elf.ts": "src/languages/elf.ts" }

/** As many files as fit into a message. */
const shown = 5

/** Programs and libraries in an image that are for another processor than a platform's. It reads headers, and runs nothing of the image. */
export async function foreignIn(
  toolbox: ToolboxFile,
  image: Container,
  platform: string,
): Promise<readonly ForeignFile[]> {
  const reader = Object.entries(files).reduce(
    (container, [name, path]) => container.withFile(`/signalbox/${name}`, program(path)),
    // Files that only their owner may read are looked at, too.
    toolContainer(toolbox, "node").withUser("0"),
  )
  const output = await reader
    .withMountedDirectory("/image", image.rootfs())
    .withExec(["node", "/signalbox/foreign-files.ts", "/image", platform])
    .stdout()
  return JSON.parse(output)
}

/** What is wrong with the first of them, in one line. */
export function foreignLine(foreign: readonly ForeignFile[]): string {
  const more = foreign.length > shown ? `; and ${foreign.length - shown} more` : ""
  const told = foreign.slice(0, shown).map(({ path, why }) => `${path}: ${why}`)
  return `${told.join("; ")}${more}`
}

/**
 * Checks that no program or library in an image is for another processor than its platform's. The program that it starts is looked at
 * where it is put there; this looks at all that came with it.
 * @throws CONFIG_INVALID that names the files
 */
export async function assertProcessor(
  toolbox: ToolboxFile,
  component: string,
  image: Container,
  platform: string,
): Promise<void> {
  const foreign = await foreignIn(toolbox, image, platform)
  if (foreign.length === 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `the image of ${component} for ${platform} has files for another processor`,
    where: `signalbox.yaml: components.${component}.platforms`,
    why: foreignLine(foreign),
    next: "leave them out (files of the component), or name the one platform that they are for",
  })
}
