import { z } from "zod"
import { type GateToolName, gateTools } from "../gates/catalogue.ts"
import { type LanguageToolName, languageTools } from "../languages/catalogue.ts"

const ownTools = ["node", "nodeSlim", "nginx", "static", "helm", "kubectl", "k6"] as const

export type ToolName = (typeof ownTools)[number] | LanguageToolName | GateToolName

const reference = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9._-]+)*(?::[\w][\w.-]{0,127})?$/, {
    error: "an image reference such as docker.io/library/node:24.9.0, without a digest",
  })
  .describe("Image, with the tag of its exact version.")

const digest = z
  .string()
  .regex(/^(?:unresolved|sha256:[0-9a-f]{64})$/, { error: "sha256: and 64 hex digits, or unresolved" })
  .default("unresolved")
  .describe("Digest of the image; `unresolved` is refused by protected environments.")

const absolutePath = z.string().regex(/^\/[\w./-]+$/, { error: "an absolute path inside the image" })

const text = z.string().regex(/^[^\p{Cc}\s]{1,200}$/u, { error: "one word, at most 200 characters" })

const registry = z.string().regex(/^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9._-]+)*$/, {
  error: "host[:port][/path] without a scheme",
})

const tool = z
  .strictObject({
    image: reference,
    digest,
    version: text.describe("Version of the tool, as evidence states it."),
    path: absolutePath
      .optional()
      .describe("The tool's static binary inside the image. Default: found by PATH."),
  })
  .describe("Where one tool comes from.")

const gateToolKeys = Object.fromEntries(gateTools.map((name) => [name, tool.optional()])) as Record<
  GateToolName,
  z.ZodOptional<typeof tool>
>

const languageToolKeys = Object.fromEntries(
  Object.entries(languageTools).map(([name, purpose]) => [name, tool.optional().describe(purpose)]),
) as Record<LanguageToolName, z.ZodOptional<typeof tool>>

const tools = z
  .strictObject({
    node: tool.describe("Node with npm: builds, gates and our own programs run in it."),
    nodeSlim: tool.optional().describe("Node without npm: what services run on. Default: node."),
    nginx: tool.optional().describe("Serves static components."),
    static: tool
      .optional()
      .describe(
        "What static programs run on: certificate authorities, time zones, users, and nothing that can be started.",
      ),
    ...languageToolKeys,
    helm: tool.optional(),
    kubectl: tool.optional(),
    k6: tool.optional(),
    ...gateToolKeys,
  })
  .describe("Tools by name.")

const database = z.strictObject({
  image: reference,
  digest,
  name: text.describe("Name of the database, as reports state it and environments accept it."),
  path: absolutePath.default("/db").describe("Directory with trivy.db and metadata.json inside the image."),
})

const schemas = z.strictObject({
  image: reference,
  digest,
  path: absolutePath.default("/schemas").describe("Directory of JSON schemas inside the image."),
  version: text.describe("Kubernetes version that the schemas describe."),
})

const cluster = z.strictObject({ image: reference, digest }).describe("The embedded cluster.")

export const toolboxSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe("Version of this file's format."),
    registry: registry
      .optional()
      .describe("Where images are published, instead of signalbox.yaml's registry."),
    insecureRegistries: z.array(registry).default([]).describe("Registries that speak plain HTTP."),
    tools,
    databases: z.strictObject({ trivy: database.optional() }).prefault({}).describe("Advisory databases."),
    schemas: z
      .strictObject({ kubernetes: schemas.optional() })
      .prefault({})
      .describe("Schemas of manifests."),
    cluster: cluster
      .optional()
      .describe("Cluster of environment `local`, started for the call that needs it."),
  })
  .describe("toolbox.yaml: the image of each tool. The only thing that differs between two machines.")

export type ToolboxFile = z.infer<typeof toolboxSchema>
export type Tool = z.infer<typeof tool>
export type ImageSource = { readonly image: string; readonly digest: string }
