import { z } from "zod"
import { type GateContextName, gateContexts } from "../../domain/gate-result.ts"
import { overrideRules } from "../../domain/override.ts"
import {
  type CatalogueEntry,
  catalogue,
  componentGateNames,
  type GateName,
  type GateSettings,
  type SecurityScoreSettings,
  securityScoreSettings,
} from "../../gates/catalogue.ts"
import { acceptedDatabase } from "./environment.ts"
import { ofEachGate } from "./gates.ts"
import { branchName, duration, name, percent } from "./primitives.ts"
import { signingKey } from "./signalbox.ts"

/** `gates` of a shared policy: what it does not name is for each repository to say. */
export type SharedGates = {
  readonly required?: Readonly<Partial<Record<GateContextName, readonly GateName[]>>> | undefined
  readonly onFail?: Readonly<Partial<Record<GateName, "block">>> | undefined
  readonly security?: Partial<SecurityScoreSettings> | undefined
  readonly waivers?: z.output<typeof waiverTerms> | undefined
} & { readonly [G in keyof GateSettings]?: Partial<NonNullable<GateSettings[G]>> | undefined }

const waiverTerms = z
  .strictObject({
    acceptedRisk: duration.optional().describe("Longest term of a waiver that accepts a risk."),
    falsePositive: duration.optional().describe("Longest term of a waiver with falsePositive: true."),
  })
  .describe("How long waivers may hold at most; a repository may set shorter terms.")

/** The section `gates`, built from a catalogue: of the settings of gates, those that have a stricter side. */
function sharedGates(members: readonly CatalogueEntry[]) {
  const list = z
    .array(z.enum(members.map((member) => member.name)))
    .min(1)
    .optional()
    .describe("Names of gates.")
  const required = z
    .strictObject(Object.fromEntries(gateContexts.map((context) => [context, list])))
    .describe(
      "Gates that must have judged, and passed, by context, beside those that a repository requires itself. One that is " +
        "named here and has nothing to judge is an error in every repository.",
    )
  const settings = members.flatMap((member) =>
    member.settings instanceof z.ZodObject && member.stricter !== undefined
      ? [[member.name, withoutDefaults(member.settings).optional()] as const]
      : [],
  )
  return z
    .strictObject({
      required: required.optional(),
      onFail: ofEachGate(members, z.literal("block"), (gate) => `Findings of the gate ${gate} block.`)
        .optional()
        .describe(
          "Gates whose findings block in every repository and context. A gate in required blocks as well: no repository " +
            "makes a warning of either.",
        ),
      security: withoutDefaults(securityScoreSettings).optional(),
      waivers: waiverTerms.optional(),
      ...Object.fromEntries(settings),
    })
    .describe("What every change and every release is held against.")
}

/** The same keys, none of which must be there: a default would be a rule that nobody has written. */
function withoutDefaults(settings: z.ZodObject) {
  const keys = Object.entries(settings.shape).map(([key, schema]) => {
    const bare = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? schema.unwrap() : schema
    const optional = z.optional(bare)
    return [key, schema.description === undefined ? optional : optional.describe(schema.description)] as const
  })
  return z.strictObject(Object.fromEntries(keys)).describe("The least that these settings must refuse.")
}

const gates = sharedGates(catalogue) as unknown as z.ZodType<SharedGates>

/** A rule that can only be added: `false` would say nothing, because a floor takes nothing away. */
const always = z.literal(true)

const environmentRules = z
  .strictObject({
    protected: always
      .optional()
      .describe("It is protected, whatever its own file says. Default: its own file says."),
    promotedOnly: always
      .optional()
      .describe(
        "It takes only releases that are verified in another environment: its own file has to name that one in promotesFrom.",
      ),
    approvals: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe("How many approvers a deployment needs at least; the environment has to be protected."),
    acceptedDatabases: z
      .array(acceptedDatabase)
      .min(1)
      .optional()
      .describe(
        "The only advisory databases whose verdict may count, each with the oldest content that may be accepted.",
      ),
  })
  .describe("What holds for an environment, beside its own file.")
export type EnvironmentRules = z.output<typeof environmentRules>

export const sharedPolicySchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe("Version of this file's format."),
    gates: gates.optional(),
    components: z
      .strictObject({
        coverageMinimum: percent
          .optional()
          .describe("Percent of lines that tests must cover at least, in every component."),
        maxImageMb: z
          .int()
          .min(1)
          .max(10_000)
          .optional()
          .describe("Largest size of an image in MB, of every component."),
        checksOff: z
          .array(z.enum(componentGateNames))
          .optional()
          .describe(
            "Checks that a component may switch off, with its reason; an empty list allows none. Default: any.",
          ),
      })
      .optional()
      .describe("What holds for every component."),
    protectedBranches: z
      .array(branchName)
      .min(1)
      .optional()
      .describe("Branches that a repository may protect, by their exact names. Default: any."),
    signingKeys: z
      .array(signingKey)
      .min(1)
      .optional()
      .describe(
        "The only public keys whose signatures may count. A repository without signingKeys has all of them, another one " +
          "those that both list.",
      ),
    overrides: z
      .strictObject({
        rules: z
          .array(z.enum(overrideRules))
          .optional()
          .describe(
            "The only rules that a repository may allow to be overridden; an empty list allows none. Default: any.",
          ),
        maxAge: duration.optional().describe("How long an override may count at most."),
      })
      .optional()
      .describe("Limits of what repositories allow for an outage."),
    everyEnvironment: environmentRules.optional().describe("Rules for every environment, whatever its name."),
    environments: z
      .record(name, environmentRules)
      .optional()
      .describe("Rules for environments by name, as far as a repository has them."),
  })
  .describe("A shared policy: what the repositories that extend it are held against at least.")

/** A shared policy, checked. What it does not name is for each repository to say. */
export type SharedPolicy = z.output<typeof sharedPolicySchema>
