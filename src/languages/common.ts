import { z } from "zod"
import { httpPath, line, percent, port, relativePath, userId } from "../config/schema/primitives.ts"
import { type CheckName, checkNames } from "./check.ts"

const check = z
  .strictObject({
    off: line.describe("Why this check is switched off; reports and release records repeat it."),
  })
  .describe("Switches a check off for this component.")

/** One key for each check of a component. */
const checkKeys = Object.fromEntries(checkNames.map((name) => [name, check.optional()])) as Record<
  CheckName,
  z.ZodOptional<typeof check>
>

const checks = z
  .strictObject(checkKeys)
  .prefault({})
  .describe("Checks that this component has switched off, each with its reason. Default: none.")

/** What every component has, whatever its language. */
export const common = {
  path: relativePath.describe("Directory of the component, relative to the source root."),
  port: port.default(8080).describe("Port on which the container listens."),
  health: httpPath.default("/health").describe("Path that answers 200 once the component can serve."),
  user: userId.default(1001).describe("User id that the container runs as; never root."),
  checks,
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
