import { z } from "zod"

const path = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\0\\]{1,300}$/, {
  error: "a path below the root of the repository",
})

const argument = z.string().regex(/^[^\p{Cc}]{1,2000}$/u, { error: "one argument, without line breaks" })

const mostRetries = 5

const own = z
  .strictObject({
    run: z.array(argument).min(1).describe("Program and arguments, run in directory; no shell."),
    report: path.describe("Where it writes JUnit, relative to directory; `*` stands for anything."),
  })
  .describe("Another program than Playwright's. Exit code 0 is passed, 1 is failed, any other is an error.")

export const endToEndSettings = z.strictObject({
  directory: path
    .default("e2e")
    .describe(
      "Directory of the tests, with their package.json; the lock file lies there, or at the root of the workspace.",
    ),
  component: z
    .string()
    .regex(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/, { error: "the name of a component" })
    .optional()
    .describe(
      "The component that BASE_URL leads to. Default: the one of static files, where there is one; else the only one.",
    ),
  arguments: z
    .array(argument)
    .max(100)
    .default([])
    .describe("Further arguments of `playwright test`, such as --project=chromium, or files."),
  command: own.optional().describe("How the tests are run. Default: by Playwright."),
  environment: z
    .record(
      z.string().regex(/^[A-Za-z_]\w{0,63}$/, { error: "the name of a variable" }),
      z.string().max(4000),
    )
    .default({})
    .describe(
      "Further variables of the tests; never a secret. BASE_URL among them leads elsewhere than to a component.",
    ),
  retries: z
    .int()
    .min(0)
    .max(mostRetries)
    .default(0)
    .describe("How often Playwright tries a failed test again, whatever its configuration says."),
  flaky: z
    .enum(["tell", "refuse"])
    .default("tell")
    .describe("What a test does that has passed only when it was tried again: it is told, or refuses."),
})

export type EndToEndSettings = z.output<typeof endToEndSettings>

/** Of a project that requires the gate by name and has no settings of its own. */
export const defaultEndToEnd: EndToEndSettings = endToEndSettings.parse({})

/**
 * Refuses what either refuses: the fewer retries, and flaky tests where either does. Which tests they are and how they run is the
 * project's, where it says so.
 */
export function stricterEndToEnd(
  settings: EndToEndSettings | undefined,
  floor: Partial<EndToEndSettings>,
): EndToEndSettings {
  if (settings === undefined) return { ...defaultEndToEnd, ...floor }
  return {
    ...settings,
    retries: Math.min(settings.retries, floor.retries ?? mostRetries),
    flaky: floor.flaky === "refuse" ? "refuse" : settings.flaky,
  }
}
