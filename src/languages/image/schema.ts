import { z } from "zod"
import { httpPath, port, userId } from "../../config/schema/primitives.ts"
import { common } from "../common.ts"
import { platformName, pulledPlatforms } from "../platforms.ts"

/** `REGISTRY/NAME[:TAG]@sha256:…`; the registry is required, because the default one depends on the machine. */
const byDigest =
  /^(?:(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost)(?::\d{1,5})?|[a-z0-9-]+:\d{1,5})(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+(?::\w[\w.-]{0,127})?@sha256:[0-9a-f]{64}$/

const { checks, coverageMinimum, maxImageMb } = common

/** No directory, and no defaults, because the image was built elsewhere: settings given here are checked against it. */
export const component = z
  .strictObject({
    language: z
      .literal("image")
      .optional()
      .default("image")
      .describe("Built elsewhere. May be left out: a component without a language has an image."),
    image: z
      .string()
      .regex(byDigest, {
        error: "REGISTRY/NAME@sha256:… with its digest: a tag alone is another image tomorrow",
      })
      .describe("The image by its digest: REGISTRY/NAME@sha256:…, or REGISTRY/NAME:TAG@sha256:…"),
    platform: platformName
      .optional()
      .describe(
        "The same as platforms with one entry: the one that the image is for. Default: the engine's own.",
      ),
    platforms: pulledPlatforms.describe(
      "All platforms of an image that is an index: each is scanned and measured. One that has others is not published. Default: platform.",
    ),
    port: port.optional().describe("Port that the image has to expose. Default: not judged."),
    health: httpPath
      .optional()
      .describe("Path that answers 200 once the component can serve. Default: not requested."),
    user: userId
      .optional()
      .describe("User id that the image has to run as. Default: a privileged one is reported."),
    checks,
    coverageMinimum,
    maxImageMb,
  })
  .describe("A component that is built elsewhere: scanned, recorded and deployed like the others.")

export type ImageComponent = z.infer<typeof component>
