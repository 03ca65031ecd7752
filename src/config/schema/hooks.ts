import { z } from "zod"
import { componentName, duration, userId } from "./primitives.ts"

/** The steps of a deployment that a hook may run before or after. */
const besides = ["roll-out", "smoke", "load"] as const

const text = (form: string, pattern: RegExp) => z.string().regex(pattern, { error: form })

const hookName = text(
  "1 to 30 lower-case letters, digits and inner hyphens",
  /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
)

const imageByDigest = text(
  "REGISTRY/NAME@sha256:… with all 64 digits of the digest, and without a tag",
  /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)+@sha256:[0-9a-f]{64}$/,
)

const argument = z.string().max(4000, { error: "at most 4000 characters" })
const variable = text("the name of an environment variable", /^[A-Za-z_][A-Za-z0-9_]{0,99}$/)
const secretName = text(
  "the name of a Secret",
  /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
)
const secretKey = text("a key of a Secret", /^[A-Za-z0-9._-]{1,253}$/)
const cpu = text("a number of processors such as 100m or 2", /^(?:\d{1,6}m|\d{1,4}(?:\.\d{1,3})?)$/)
const memory = text("an amount of memory such as 64Mi or 1Gi", /^\d{1,9}(?:Ki|Mi|Gi)$/)

const quantities = (processors: string, bytes: string, what: string) =>
  z
    .strictObject({
      cpu: cpu.default(processors).describe("Processors."),
      memory: memory.default(bytes).describe("Memory."),
    })
    .prefault({})
    .describe(what)

const hook = z
  .strictObject({
    name: hookName.describe("Its name in plans, reports and Jobs; each once."),
    before: z
      .enum([besides[0]])
      .nullable()
      .default(null)
      .describe("Step that it runs before. One that fails there leaves what runs as it is."),
    after: z
      .enum(besides)
      .nullable()
      .default(null)
      .describe(
        "Step that it runs after, also where that one is not run. One that fails there takes the release back.",
      ),
    image: imageByDigest.nullable().default(null).describe("Image that it runs in, by digest."),
    component: componentName
      .nullable()
      .default(null)
      .describe("Component whose image it runs in: that of the release which is deployed, by its digest."),
    command: z
      .array(argument)
      .min(1)
      .max(100)
      .describe(
        "Program and arguments in place of the image's own, as Kubernetes reads them; no shell is started.",
      ),
    args: z.array(argument).max(100).default([]).describe("Further arguments."),
    env: z
      .record(variable, argument)
      .default({})
      .describe("Environment variables. Plans show them: never a secret."),
    secretEnv: z
      .record(
        variable,
        z
          .strictObject({ name: secretName.describe("Its name."), key: secretKey.describe("Its key.") })
          .describe("A key of a Secret."),
      )
      .default({})
      .describe("Environment variables from keys of Secrets that are in the namespace."),
    secrets: z
      .array(secretName)
      .default([])
      .describe("Secrets of the namespace whose keys all become environment variables."),
    imagePullSecrets: z
      .array(secretName)
      .default([])
      .describe("Secrets of the namespace with registry credentials."),
    user: userId
      .nullable()
      .default(null)
      .describe("User that it runs as. Default: the image's, which must be a number and not root."),
    resources: z
      .strictObject({
        requests: quantities("50m", "64Mi", "What is reserved for it."),
        limits: quantities("500m", "256Mi", "What it may take."),
      })
      .prefault({})
      .describe("Resources of its container."),
    timeout: duration.prefault("5m").describe("After this long it counts as failed, and is ended."),
  })
  .refine(({ before, after }) => (before === null) !== (after === null), {
    error: "exactly one of before and after",
  })
  .refine(({ image, component }) => (image === null) !== (component === null), {
    error: "exactly one of image and component",
  })
  .describe("A Job that is run at each deployment; its exit code is judged.")

export const hooks = z
  .array(hook)
  .max(20)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, { error: "each name once" })
  .default([])
  .describe(
    "Programs that run before or after a step of each deployment, in their order. Never at a rollback.",
  )
