import { z } from "zod"
import { severities } from "../../domain/finding.ts"
import { gateNames } from "../../domain/gate-names.ts"
import { type Component, component } from "../../languages/catalogue.ts"
import { componentName, line, name, refPattern, registry, relativePath } from "./primitives.ts"

export type { Component }

const gateList = z
  .array(z.enum(gateNames))
  .min(1)
  .describe("Names of gates that must have judged, and passed, for evidence to be complete.")

/** A fork's pull request has no access to databases and clusters; what it can be judged by is less. */
const required = z
  .strictObject({
    fork: gateList.default(["typecheck", "lint", "unit", "coverage", "secrets"]),
    branch: gateList.default([...gateNames]),
    release: gateList.default([...gateNames]),
  })
  .prefault({})
  .describe(
    "Which gates are required, by the context in which they run. A fork or a branch is judged by exactly these; a " +
      "release by all, and a protected environment asks for those listed here.",
  )

const gates = z
  .strictObject({
    required,
    vulnerabilities: z
      .strictObject({
        failOn: z
          .array(z.enum(severities))
          .min(1)
          .default(["critical", "high"])
          .describe("Severities of known vulnerabilities that refuse a release."),
      })
      .prefault({})
      .describe("Settings of the gate vulnerabilities."),
    secrets: z
      .strictObject({
        history: z
          .boolean()
          .default(true)
          .describe("Whether the whole git history is searched, or the files of this commit only."),
      })
      .prefault({})
      .describe("Settings of the gate secrets."),
  })
  .prefault({})
  .describe("What a change and a release are held against.")

const refRule = z
  .strictObject({
    branch: refPattern.optional().describe("Pattern of branch names."),
    tag: refPattern.optional().describe("Pattern of tag names."),
    environment: name.describe("Environment that a matching ref goes to; one of environments."),
  })
  .refine((rule) => (rule.branch === undefined) !== (rule.tag === undefined), {
    error: "exactly one of branch and tag",
  })
  .describe("One line of the table from refs to environments.")

export const signalboxSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe("Version of this file's format."),
    project: name.describe("Name of the project; images are REGISTRY/PROJECT/COMPONENT."),
    registry: registry.describe(
      "Where images, charts and evidence are published. A registry in the toolbox file wins over it.",
    ),
    protectedBranch: line
      .default("main")
      .describe("Branch that releases must be on, and whose policy judges pull requests."),
    components: z
      .record(componentName, component)
      .refine((all) => Object.keys(all).length > 0, { error: "at least one component" })
      .describe("The parts of the application, by name."),
    chart: z
      .strictObject({
        path: relativePath
          .nullable()
          .default(null)
          .describe("Helm chart. Default: the one that Signalbox brings."),
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
          "main and develop to staging, v*.*.* tags to production, as far as these environments exist.",
      ),
  })
  .describe("signalbox.yaml: what the application consists of, what it is held against and where it goes.")

export type RefRule = z.infer<typeof refRule>

/** `signalbox.yaml`, checked and with defaults filled in. */
export type SignalboxConfig = Omit<z.infer<typeof signalboxSchema>, "refs"> & {
  readonly refs: readonly RefRule[]
}
