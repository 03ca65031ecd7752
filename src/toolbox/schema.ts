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

const artifactReference = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9._-]+)+:[\w][\w.-]{0,127}$/, {
    error: "REGISTRY/NAME:TAG, such as ghcr.io/aquasecurity/trivy-db:2",
  })
  .describe("OCI artifact, with the tag under which it is published.")

/** Where a database comes from: its published artifact, or an image that holds its files. */
const database = (file: string, published: string) =>
  z
    .strictObject({
      artifact: artifactReference
        .optional()
        .describe(`The database as it is published, such as ${published}. Or image.`),
      mirrors: z
        .array(artifactReference)
        .max(8)
        .default([])
        .describe(
          "Where else the artifact is published; asked in this order where the former cannot be read.",
        ),
      refresh: z
        .enum(["day", "call"])
        .default("day")
        .describe("How often the tag of the artifact is looked up: once a day (UTC), or by every call."),
      image: reference.optional().describe("Image that holds the files. Or artifact."),
      digest: digest.describe(
        "Digest of artifact or image. Default: the artifact is the one that its tag means when it is looked up.",
      ),
      name: text.describe("Name of the database, as reports state it and environments accept it."),
      path: absolutePath
        .default("/db")
        .describe(`Directory with ${file} and metadata.json inside the image.`),
    })
    .superRefine(({ artifact, image, mirrors }, context) => {
      if ((artifact === undefined) === (image === undefined))
        context.addIssue({ code: "custom", message: "either artifact or image" })
      if (artifact === undefined && mirrors.length > 0)
        context.addIssue({
          code: "custom",
          path: ["mirrors"],
          message: "mirrors of an artifact: not for an image",
        })
    })

const address = z.string().regex(/^https?:\/\/[^\s"'<>\\^`|]{1,1000}$/, { error: "an address: https://…" })

const schemas = z
  .strictObject({
    openapi: address
      .optional()
      .describe(
        "OpenAPI document (version 2) of Kubernetes, as its source publishes it. Or location, or image.",
      ),
    location: address
      .optional()
      .describe(
        "Address of one kind's schema, with the parts that kubeconform's -schema-location has: {{.ResourceKind}}{{.KindSuffix}}.json.",
      ),
    image: reference.optional().describe("Image that holds the schemas."),
    digest: digest.describe("Digest of the OpenAPI document or image; a location has none."),
    path: absolutePath.default("/schemas").describe("Directory of JSON schemas inside the image."),
    version: text.describe("Kubernetes version that the schemas describe."),
  })
  .superRefine(({ openapi, location, image, digest: named }, context) => {
    if ([openapi, location, image].filter((one) => one !== undefined).length !== 1)
      context.addIssue({ code: "custom", message: "one of openapi, location and image" })
    if (location !== undefined && named !== "unresolved")
      context.addIssue({ code: "custom", path: ["digest"], message: "none: a location is read file by file" })
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
    databases: z
      .strictObject({
        trivy: database("trivy.db", "ghcr.io/aquasecurity/trivy-db:2")
          .optional()
          .describe("Advisories that vulnerabilities are looked up in."),
        trivyJava: database("trivy-java.db", "ghcr.io/aquasecurity/trivy-java-db:1")
          .optional()
          .describe("Index by which Java archives are recognised; needed for images that hold some."),
        osv: database("npm.zip, PyPI.zip, … of OSV", "registry.example/osv-db:1")
          .optional()
          .describe(
            "Advisories in OSV form that packages of lock files are looked up in (gate dependencies).",
          ),
      })
      .prefault({})
      .describe("Advisory databases."),
    schemas: z
      .strictObject({
        kubernetes: schemas
          .optional()
          .describe("Default: those that the API server of `cluster` tells itself."),
      })
      .prefault({})
      .describe("Schemas of manifests."),
    cluster: cluster
      .optional()
      .describe("Cluster of environment `local`, started for the call that needs it."),
  })
  .describe("toolbox.yaml: the image of each tool. The only thing that differs between two machines.")

export type ToolboxFile = z.infer<typeof toolboxSchema>
export type Tool = z.infer<typeof tool>
export type DatabaseName = keyof ToolboxFile["databases"]
export type ImageSource = { readonly image: string; readonly digest: string }
