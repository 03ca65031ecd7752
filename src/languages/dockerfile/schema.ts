import { z } from "zod"
import { line, relativePath } from "../../config/schema/primitives.ts"
import { common } from "../common.ts"

const stage = z.string().regex(/^[a-z][a-z0-9._-]{0,63}$/, { error: "the name of a stage, in lower case" })

const secret = z
  .string()
  .regex(/^[A-Za-z_][\w.-]{0,63}$/, { error: "the id of a secret: letters, digits, . _ -" })

const { path, ...others } = common

export const component = z
  .strictObject({
    path,
    language: z.literal("dockerfile").describe("Any language: the component's own Dockerfile builds it."),
    ...others,
    dockerfile: relativePath.default("Dockerfile").describe("Dockerfile, relative to path."),
    context: relativePath
      .optional()
      .describe(
        "Directory that the image is built from, where that lies above path: . is the source root. Default: path.",
      ),
    target: stage.optional().describe("Stage that is the image. Default: the last."),
    development: stage
      .optional()
      .describe("Stage that has what the declared checks need. Default: none, and no check can be declared."),
    checkedAs: z
      .string()
      .regex(/^[a-z][a-z0-9]{0,30}$/, { error: "the name of a language, such as node" })
      .optional()
      .describe(
        "Language whose tools check the component, by its files: node for a package.json beside the Dockerfile. Checks that " +
          "are declared count before. Default: none, and only declared checks run.",
      ),
    buildArgs: z
      .record(z.string().regex(/^[A-Za-z_]\w{0,63}$/, { error: "the name of an argument" }), line)
      .default({})
      .describe("Build arguments. They stay in the image's history: never a secret."),
    secrets: z
      .array(secret)
      .refine((all) => new Set(all).size === all.length, { error: "each secret once" })
      .default([])
      .describe(
        "Ids of the secrets that the Dockerfile mounts: RUN --mount=type=secret,id=NAME. Their values are given before " +
          "a call by with-build-secret, and get into no layer, log or cache key.",
      ),
  })
  .describe("A component that its own Dockerfile builds.")

export type DockerfileComponent = z.infer<typeof component>
