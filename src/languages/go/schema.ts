import { z } from "zod"
import { common } from "../common.ts"
import { anyPlatforms, platformName } from "../platforms.ts"
import { staticProgram } from "../static-program.ts"

const mainPackage = z
  .string()
  .regex(/^(?:\.|(?:\.\/)?[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*)$/, {
    error: "the directory of a main package below path, such as ./cmd/server",
  })
  .default(".")
  .describe("Directory of the main package that is built, relative to path: ./cmd/server.")

const tag = z.string().regex(/^[A-Za-z_][\w.]{0,63}$/, { error: "a build tag: letters, digits, _ ." })

const pattern = z.string().regex(/^[A-Za-z0-9*?][\w.*?/~-]{0,199}$/, {
  error: "a module path, which may have *: example.com/team/*",
})

const { path, ...others } = common

export const component = z
  .strictObject({
    path,
    language: z
      .literal("go")
      .describe("Go: a module or a workspace, built to one static program on an empty base."),
    ...others,
    main: mainPackage,
    platform: platformName.optional().describe("The same as platforms with one entry."),
    platforms: anyPlatforms.describe(
      "Platforms of the image, whatever that of the engine: it is compiled for each, and never run on one. Several are published as one index. Default: linux/amd64.",
    ),
    tags: z.array(tag).max(32).default([]).describe("Build tags, of image and checks."),
    private: z
      .array(pattern)
      .max(64)
      .default([])
      .describe(
        "Modules that no public proxy and no public checksum database is asked about (GOPRIVATE). Logins: the build secret netrc.",
      ),
    ...staticProgram,
  })
  .refine(({ platform, platforms }) => platform === undefined || platforms === undefined, {
    path: ["platforms"],
    error: "either platform or platforms, and not both",
  })
  .describe("A program in Go.")

export type GoComponent = z.infer<typeof component>
