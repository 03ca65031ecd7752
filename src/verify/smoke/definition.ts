import { z } from "zod"
import { checkDocument, resultOf } from "../../config/document.ts"
import { durationMs, durationPattern } from "../../domain/index.ts"

/** In ms, even where it was text, so that equal durations give equal plan hashes. */
const duration = z.union([z.number().min(0), z.string()]).transform((value, context) => {
  if (typeof value === "number") return value
  if (durationPattern.test(value)) return durationMs(value)
  context.addIssue({ code: "custom", message: "a duration such as 500ms or 2s" })
  return z.NEVER
})

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

const regularExpression = z.string().refine(isRegularExpression, "a regular expression")

/** What a value in a JSON body must be: equal to a scalar, or one of the conditions. */
const expectation = z.union([
  scalar,
  z.strictObject({ equals: scalar }),
  z.strictObject({ not: scalar }),
  z.strictObject({ oneOf: z.array(scalar).min(1) }),
  z.strictObject({ matches: regularExpression }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ atLeast: z.number() }),
])
export type Expectation = z.output<typeof expectation>

const checkShape = z.strictObject({
  /** Shown in reports; unique. */
  name: z.string().min(1),
  /** Component whose Service is requested. Default: the one that the environment's access names. */
  component: z.string().optional(),
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]).default("GET"),
  path: z.string().startsWith("/"),
  headers: z.record(z.string(), z.string()).default({}),
  /** Text as it is, anything else as JSON. `${VERSION}` is replaced by the expected version. */
  body: z.unknown().optional(),
  /** Of one request. Default 5 s. */
  timeout: duration.default(5000),
  expect: z
    .strictObject({
      status: z.union([z.number().int(), z.array(z.number().int()).min(1)]).default(200),
      /** Header -> text that its value contains, case ignored. */
      headers: z.record(z.string(), z.string()).default({}),
      /** Dotted path (`status`, `items.0.id`) -> its expected value. */
      json: z.record(z.string(), expectation).default({}),
      /** Text that the body contains. */
      contains: z.string().optional(),
    })
    .prefault({}),
})

/** Invalid requests are refused here: after the roll-out they would fail, and roll back a good release. */
const check = checkShape.refine(
  ({ method, body }) => body === undefined || (method !== "GET" && method !== "HEAD"),
  { path: ["body"], error: "no body with GET or HEAD: name another method" },
)

export const smokeDefinition = z.strictObject({
  schemaVersion: z.literal(1).default(1),
  /** Each check is retried while it fails: a Service may need a moment to route to its new pods. */
  retries: z
    .strictObject({ attempts: z.number().int().min(1).max(100).default(10), delay: duration.default(1000) })
    .prefault({}),
  /** Number of answers for each check once it has passed, to measure the success rate. */
  repeat: z.number().int().min(1).max(1000).default(1),
  /** Share of those answers that must be as expected, 0 to 1. */
  minSuccessRate: z.number().min(0).max(1).default(1),
  checks: z.array(check).min(1).superRefine(uniqueNames),
})

/** `smoke.yaml`, defaults filled in, durations in milliseconds. */
export type SmokeDefinition = z.output<typeof smokeDefinition>
export type SmokeCheck = SmokeDefinition["checks"][number]

/** @throws CONFIG_INVALID with every problem, by line and column. */
export function parseSmoke(text: string, file: string): SmokeDefinition {
  return resultOf(checkDocument(text, file, smokeDefinition))
}

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

function uniqueNames(checks: readonly { readonly name: string }[], context: z.RefinementCtx): void {
  checks.forEach(({ name }, index) => {
    if (checks.findIndex((one) => one.name === name) === index) return
    context.addIssue({
      code: "custom",
      path: [index, "name"],
      message: "each name once",
    })
  })
}

/** Without a file: every component's health path must answer 200. */
export function defaultSmoke(
  components: Readonly<Record<string, { readonly health: string }>>,
): SmokeDefinition {
  return smokeDefinition.parse({
    checks: Object.entries(components).map(([component, { health }]) => ({
      name: `${component} health`,
      component,
      path: health,
    })),
  })
}
