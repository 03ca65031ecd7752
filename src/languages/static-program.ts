import { z } from "zod"
import { line, relativePath } from "../config/schema/primitives.ts"

/** What a component in `signalbox.yaml` may say of an image that has one static program. */
export const staticProgram = {
  files: z
    .array(relativePath)
    .max(64)
    .default([])
    .describe("Files and directories that the image needs beside the program, such as templates."),
  healthcheck: z
    .array(line)
    .min(1)
    .max(16)
    .optional()
    .describe(
      "Arguments with which the program itself asks whether it serves. Default: the image has no health check, as nothing else in it could ask.",
    ),
}
