import { z } from "zod"
import { type Component, component } from "../../languages/catalogue.ts"
import { services } from "../../languages/services.ts"
import { approvers } from "./approvers.ts"
import { gates } from "./gates.ts"
import { overrides } from "./overrides.ts"
import {
  artifactByDigest,
  branchName,
  componentName,
  line,
  name,
  refPattern,
  registry,
  relativePath,
} from "./primitives.ts"

export type { Component }

const refRule = z
  .strictObject({
    branch: refPattern.optional().describe("Pattern of branch names."),
    tag: refPattern
      .refine((pattern) => /^v?(?:\*|\d)/.test(pattern) && !/[@/]/.test(pattern), {
        error: "a pattern of semantic versions, with or without a leading v, such as v*.*.*",
      })
      .optional()
      .describe("Pattern of tag names; a release's tag is a semantic version, with or without a leading v."),
    environment: name.describe("Environment that a matching ref goes to; one of environments."),
  })
  .refine((rule) => (rule.branch === undefined) !== (rule.tag === undefined), {
    error: "exactly one of branch and tag",
  })
  .describe("One line of the table from refs to environments.")

export const signingKey = z
  .strictObject({
    name: line.describe("Whose key it is, as messages name it."),
    publicKey: z
      .string()
      .regex(/^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/, {
        error: "a public key in PEM (-----BEGIN PUBLIC KEY-----), such as cosign.pub",
      })
      .describe("The key in PEM: Ed25519 or ECDSA P-256."),
  })
  .describe("A public key of the policy.")

export const signalboxSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe("Version of this file's format."),
    project: name.describe("Name of the project; images are REGISTRY/PROJECT/COMPONENT."),
    registry: registry.describe(
      "Where images, charts and evidence are published. A registry in the toolbox file wins over it.",
    ),
    extends: artifactByDigest
      .optional()
      .describe(
        "A policy that many repositories share, by its digest, as publish-policy prints it. This file counts only where " +
          "it is stricter. A tag before the digest is information for people. Default: none.",
      ),
    protectedBranch: branchName.optional().describe("The only one of protectedBranches. Default: main."),
    protectedBranches: z
      .array(branchName)
      .min(1)
      .optional()
      .describe(
        "Branches that a release must be on, by their exact names: main, and maintenance lines such as release/1.4. The " +
          "list counts as it stands on the base revision.",
      ),
    signingKeys: z
      .array(signingKey)
      .default([])
      .describe(
        "Public keys whose signatures count. Where there are any, a protected environment takes only what one of them " +
          "has signed: the record of a release, and its verification in the environment before. Default: none.",
      ),
    approvers,
    overrides,
    components: z
      .record(componentName, component)
      .refine((all) => Object.keys(all).length > 0, { error: "at least one component" })
      .describe("The parts of the application, by name."),
    stack: services.describe(
      "What dev-stack starts, by the host name under which each is reached; each reaches those before it. A component that is " +
        "not among them comes after them, by its own name and without variables.",
    ),
    chart: z
      .strictObject({
        path: relativePath.nullable().default(null).describe("Helm chart. Default: the built-in one."),
        values: relativePath.nullable().default(null).describe("Values for every environment."),
      })
      .prefault({})
      .describe("The Helm chart that is deployed."),
    smoke: relativePath.nullable().default(null).describe("Smoke tests, run after every deployment."),
    load: z
      .strictObject({
        script: relativePath.nullable().default(null).describe("k6 script that the load profiles run."),
      })
      .prefault({})
      .describe("Load tests."),
    waivers: relativePath.nullable().default(null).describe("Waiver file. Default: nothing is waived."),
    gates,
    environments: z
      .array(
        name.refine((one) => one !== "base", {
          error: "another name: base is the values of all environments",
        }),
      )
      .min(1)
      .refine((all) => new Set(all).size === all.length, { error: "each environment once" })
      .describe("Names of the environments; each is described in environments/NAME.yaml."),
    refs: z
      .array(refRule)
      .optional()
      .describe(
        "Which branch or tag goes to which environment; the first match wins. Default: feature/* to development, " +
          "main, develop and v*.*.*-* tags to staging, v*.*.* tags to production, as far as these environments exist.",
      ),
  })
  .refine((file) => file.protectedBranch === undefined || file.protectedBranches === undefined, {
    error: "protectedBranch or protectedBranches, not both",
    path: ["protectedBranches"],
  })
  .describe("signalbox.yaml: what the application consists of, what it is held against and where it goes.")

export type RefRule = z.infer<typeof refRule>

/** `signalbox.yaml`, checked and with defaults filled in. */
export type SignalboxConfig = Omit<
  z.infer<typeof signalboxSchema>,
  "registry" | "refs" | "protectedBranch" | "protectedBranches"
> & {
  /** Undefined where nobody has named one: a tree without signalbox.yaml. */
  readonly registry: string | undefined
  readonly refs: readonly RefRule[]
  /** Also where the file has protectedBranch. */
  readonly protectedBranches: readonly string[]
}
