import { z } from "zod"
import { componentName, line, port } from "../config/schema/primitives.ts"

/** A name as PostgreSQL takes it unquoted, and as an address has it. */
const identifier = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: "1 to 63 lower-case letters, digits and _, not a digit first" })

const image = z.string().regex(/^[a-z0-9][a-z0-9._:/-]*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/, {
  error: "a reference of an image: REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:…",
})

export const variables = z
  .record(z.string().regex(/^[A-Za-z_]\w{0,63}$/, { error: "the name of a variable" }), line)
  .default({})

/** What a component's integration tests need beside it. Each is started anew for the tests, and gone after them. */
const service = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("postgres").describe("PostgreSQL of the toolbox, on port 5432."),
      database: identifier.default("app").describe("Name of its empty database."),
      user: identifier.default("app").describe("Its owner. Any password is taken: nothing else reaches it."),
    }),
    z.strictObject({ kind: z.literal("redis").describe("Redis of the toolbox, on port 6379.") }),
    z.strictObject({
      kind: z
        .literal("component")
        .describe("A component of this project: the image that is built of it, on its port."),
      component: componentName.describe("Its name."),
      environment: variables.describe("Variables that it runs with; never a secret."),
    }),
    z.strictObject({
      kind: z.literal("image").describe("Any other program."),
      image: image.describe("Its image; with a digest, later calls start the same one."),
      port: port.describe("The port on which it answers once it can serve."),
      environment: variables.describe("Variables that it runs with; never a secret."),
    }),
  ])
  .describe("A service beside the tests.")

export type BackingService = z.infer<typeof service>

/** By the name under which tests reach it. */
export const services = z
  .record(
    z.string().regex(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/, {
      error: "a host name: lower-case letters, digits and inner hyphens, beginning with a letter",
    }),
    service,
  )
  .default({})
  .describe("Services by the host name under which the tests reach them; each reaches those before it.")
