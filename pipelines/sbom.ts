import type { Directory } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { Trust } from "../src/toolbox/index.ts"
import { buildChosen, type Choice } from "./build.ts"
import { database } from "./databases.ts"

/** A document of CycloneDX and one of SPDX per image; see `sbomDirectory`. */
export async function imageSboms(
  session: Session,
  trust: Trust,
  choice: Choice = { names: [] },
): Promise<Directory> {
  const { hasJavaArchives, sbomDirectory } = await import("../src/build/index.ts")
  const images = await buildChosen(session, trust, choice)
  const indexed = images
    .flatMap(({ platforms }) => platforms)
    .map(async (image) => {
      if (image.packageIndex !== undefined || !(await hasJavaArchives(image.container))) return image
      return { ...image, packageIndex: (await database(session, trust, "trivyJava"))?.files }
    })
  return sbomDirectory(await session.toolbox(), await Promise.all(indexed))
}
