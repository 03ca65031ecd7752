import { z } from "zod"
import { common } from "../common.ts"
import { anyPlatforms } from "../platforms.ts"
import { staticProgram } from "../static-program.ts"

const targetName = z.string().regex(/^[A-Za-z_][\w-]{0,63}$/, {
  error: "the name of a binary target: letters, digits, _ -",
})

const feature = z.string().regex(/^[A-Za-z0-9_][\w+./-]{0,99}$/, { error: "the name of a feature" })

const { path, ...others } = common

export const component = z
  .strictObject({
    path,
    language: z
      .literal("rust")
      .describe("Rust: a package or a workspace of Cargo, built to one static program on an empty base."),
    ...others,
    platforms: anyPlatforms.describe(
      "Platforms of the image: it is compiled for each by the toolbox's Rust, and never run on a foreign one. Several are published as one index. Default: linux/amd64.",
    ),
    bin: targetName
      .optional()
      .describe("Binary target that is built. Default: the only one, or the package's default-run."),
    features: z
      .array(feature)
      .max(64)
      .default([])
      .describe("Features that are switched on, of image and checks."),
    defaultFeatures: z.boolean().default(true).describe("Whether the default features are on."),
    ...staticProgram,
  })
  .describe("A program in Rust.")

export type RustComponent = z.infer<typeof component>
