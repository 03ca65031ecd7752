import { z } from "zod"
import {
  coverageMinimumByDefault,
  httpPath,
  percent,
  port,
  relativePath,
  userId,
} from "../config/schema/primitives.ts"
import { checks } from "./declared.ts"
import { onePlatform } from "./platforms.ts"

/** The settings that every component has, in any language. */
export const common = {
  path: relativePath.describe("Directory of the component, relative to the source root."),
  port: port.default(8080).describe("Port on which the container listens."),
  health: httpPath.default("/health").describe("Path that answers 200 once the component can serve."),
  user: userId.default(1001).describe("User id that the container runs as; never root."),
  platforms: onePlatform(
    "its packages are installed and its programs run while it is built, and nothing is run for a foreign processor",
  ),
  checks,
  coverageMinimum: percent
    .default(coverageMinimumByDefault)
    .describe("Percent of lines that tests must cover; this value passes."),
  maxImageMb: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      "Largest allowed size of the image's compressed layers, in MB (10^6 bytes). Default: not judged.",
    ),
}
