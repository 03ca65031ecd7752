import { z } from "zod"
import { relativePath } from "../../config/schema/primitives.ts"
import { common } from "../common.ts"
import { anyPlatforms } from "../platforms.ts"

const scriptName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$/, { error: "the name of an npm script" })

const scripts = z
  .strictObject({
    build: scriptName.default("build").describe("npm script that builds what the image carries."),
    typecheck: scriptName.default("typecheck").describe("npm script that checks types and emits nothing."),
    lint: scriptName.default("lint").describe("npm script that lints."),
    coverage: scriptName
      .default("coverage")
      .describe("npm script that runs the unit tests and measures their coverage."),
  })
  .prefault({})
  .describe("Names of the npm scripts that the gates and the build run.")

const { path, ...others } = common
const shared = {
  path,
  language: z.literal("node").describe("Language of the component; decides how it is built and judged."),
  ...others,
  scripts,
}

const staticComponent = z
  .strictObject({
    ...shared,
    kind: z.literal("static").describe("static: built files served by nginx."),
    platforms: anyPlatforms.describe(
      "Platforms of the image: the files are built once, and nothing of it is run. Several are published as one index. Default: the engine's own.",
    ),
    output: relativePath.default("dist").describe("Directory that the build writes, relative to path."),
    nginxConf: relativePath
      .optional()
      .describe("nginx configuration, relative to path. Default: the built-in one."),
  })
  .describe("Files built once and served by nginx.")

const serviceComponent = z
  .strictObject({
    ...shared,
    kind: z.literal("service").describe("service: a process that listens on port."),
    entry: relativePath.default("dist/server.js").describe("File that Node runs, relative to path."),
    files: z
      .array(relativePath)
      .max(64)
      .default([])
      .describe(
        "Further files and directories that the image needs beside the build's output, such as views.",
      ),
  })
  .describe("A process that listens on a port.")

export const component = z.discriminatedUnion("kind", [staticComponent, serviceComponent])

export type NodeComponent = z.infer<typeof component>
