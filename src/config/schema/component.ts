import { z } from "zod"
import { httpPath, percent, port, relativePath, scriptName, userId } from "./primitives.ts"

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

const common = {
  path: relativePath.describe("Directory of the component, relative to the source root."),
  language: z.literal("node").describe("Language of the component; decides how it is built and judged."),
  port: port.default(8080).describe("Port on which the container listens."),
  health: httpPath.default("/health").describe("Path that answers 200 once the component can serve."),
  user: userId.default(1001).describe("User id that the container runs as; never root."),
  scripts,
  coverageMinimum: percent.default(88).describe("Percent of lines that tests must cover; this value passes."),
  maxImageMb: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      "Largest allowed size of the image's compressed layers, in MB (10^6 bytes). Default: not judged.",
    ),
}

const staticComponent = z
  .strictObject({
    ...common,
    kind: z.literal("static").describe("static: built files served by nginx."),
    output: relativePath.default("dist").describe("Directory that the build writes, relative to path."),
    nginxConf: relativePath
      .optional()
      .describe("nginx configuration, relative to path. Default: the one that Signalbox brings."),
  })
  .describe("Files built once and served by nginx.")

const serviceComponent = z
  .strictObject({
    ...common,
    kind: z.literal("service").describe("service: a process that listens on port."),
    entry: relativePath.default("dist/server.js").describe("File that Node runs, relative to path."),
  })
  .describe("A process that listens on a port.")

const nodeComponent = z.discriminatedUnion("kind", [staticComponent, serviceComponent])

/** A deployable part of the application. Other languages join as further members of the union. */
export const component = z
  .discriminatedUnion("language", [nodeComponent])
  .describe("One deployable part of the application, built into one image.")

export type Component = z.infer<typeof component>
