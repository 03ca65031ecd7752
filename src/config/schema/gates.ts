import { z } from "zod"
import { type Duration, durationMs } from "../../domain/duration.ts"
import type { GateContextName } from "../../domain/gate-result.ts"
import {
  type CatalogueEntry,
  catalogue,
  type GateName,
  type GateSettings,
  requiredByDefault,
  type SecurityScoreSettings,
  securityScoreSettings,
} from "../../gates/catalogue.ts"
import {
  type CustomGate,
  type CustomGateName,
  customGateName,
  customGates,
  gateNameSchema,
  isCustomGateName,
} from "./custom-gates.ts"
import { duration } from "./primitives.ts"

/** How long a gate may take where nobody says: the images and packages that it waits for included. */
export const gateTimeout = "30m"

/** `gates` of signalbox.yaml with defaults filled in: the required gates by context, and each gate's settings. */
export type GatesConfig = {
  readonly required: Readonly<Record<GateContextName, AnyGateName[]>>
  /** The project's own gates. Absent where there are none. */
  readonly custom?: Readonly<Record<string, CustomGate>> | undefined
  /** What a finding of a gate does, where it is not what `required` says. Absent where nobody says so. */
  readonly onFail?: Readonly<Partial<Record<GateName, OnFail>>> | undefined
  readonly security: SecurityScoreSettings
  /** Gates of the weekly scan. Absent where there is none. */
  readonly weekly?: readonly AnyGateName[] | undefined
  /** How long a gate may take, where it is not the default. Absent where nobody says so. */
  readonly timeouts?: Readonly<Partial<Record<GateName, Duration>>> | undefined
  /** The longest terms of waivers. */
  readonly waivers: z.output<typeof waiverTerms>
} & GateSettings

/** A gate of the catalogue, or one of the project's own. */
export type AnyGateName = GateName | CustomGateName

const onFail = ["block", "warn"] as const
export type OnFail = (typeof onFail)[number]

const waiverTerms = z
  .strictObject({
    acceptedRisk: duration.prefault("90d").describe("Longest term of a waiver that accepts a risk."),
    falsePositive: duration.prefault("365d").describe("Longest term of a waiver with falsePositive: true."),
  })
  .prefault({})
  .describe(
    "How long waivers may hold, from the day of the judgement. One that says a later day lets nothing through.",
  )

/** The section `gates`, built from a catalogue: a gate added to it can be required and set without any change here. */
export function gatesSchema(members: readonly CatalogueEntry[]) {
  return z
    .strictObject({
      required: requiredSchema(members),
      onFail: onFailSchema(members),
      timeouts: timeoutsSchema(members),
      weekly: weeklySchema(members),
      security: securityScoreSettings
        .prefault({})
        .describe(
          "The security score of what the security gates find: 100 less 30 for each critical finding, 5 for each high one, 0.5 " +
            "for each medium one, 0.1 for each low one. Any critical finding fails, and so does a score below threshold.",
        ),
      waivers: waiverTerms,
      custom: customGates,
      ...settingsKeys(members),
    })
    .superRefine(({ required, weekly = [], custom = {} }, context) => {
      const own = Object.keys(custom).map(customGateName)
      const known = [...members.map(({ name }) => name), ...own]
      const lists = Object.entries(required).map(([name, list]) => ({ path: ["required", name], list }))
      for (const { path, list } of [...lists, { path: ["weekly"], list: weekly }])
        for (const [index, gate] of list.entries())
          if (isCustomGateName(gate) && !known.includes(gate))
            context.addIssue({ code: "invalid_value", values: known, input: gate, path: [...path, index] })
    })
    .prefault({})
    .describe("What a change and a release are held against.")
}

function requiredSchema(members: readonly CatalogueEntry[]) {
  const gateList = z
    .array(gateNameSchema(members.map(({ name }) => name)))
    .min(1)
    .describe(
      "Names of gates that must have judged, and passed. Default: the first eight, as far as they apply.",
    )
  const listFor = (context: GateContextName) => gateList.default(requiredByDefault(context, members))
  return z
    .strictObject({ fork: listFor("fork"), branch: listFor("branch"), release: listFor("release") })
    .prefault({})
    .describe(
      "Which gates block, by the context in which they run. Every gate that applies is run; what the others find is a " +
        "warning. One that is named here and has nothing to judge is an error.",
    )
}

/** A mapping with a key for each gate, none of which must be there. */
export function ofEachGate<S extends z.ZodType>(
  members: readonly CatalogueEntry[],
  schema: S,
  described: (name: string) => string,
) {
  return z.strictObject(
    Object.fromEntries(members.map(({ name }) => [name, schema.optional().describe(described(name))])),
  )
}

function onFailSchema(members: readonly CatalogueEntry[]) {
  return ofEachGate(members, z.enum(onFail), (name) => `What findings of the gate ${name} do.`)
    .optional()
    .describe(
      "What findings do, by gate, in every context. block: the gate is required, as if each list in required named it, but " +
        "one with nothing to judge is skipped. warn: its findings block nothing; where it is required it must still have " +
        "judged, so that an error blocks. Default: the required gates block, the others warn.",
    )
}

/** Those alone that nobody has by default: no list takes a gate away that a project has without naming it. */
function weeklySchema(members: readonly CatalogueEntry[]) {
  const names = members.filter(({ whereConfigured }) => whereConfigured === true).map(({ name }) => name)
  return z
    .array(gateNameSchema(names))
    .min(1)
    .optional()
    .describe(
      "Gates that judge once a week, in a scan of their own, and where a call names them. Other reports list them as skipped. " +
        "One that a context requires judges there all the same. Default: there is no weekly scan.",
    )
}

const longestTimeout = durationMs("1d")

function timeoutsSchema(members: readonly CatalogueEntry[]) {
  const limit = duration.refine(({ ms }) => ms >= 1000 && ms <= longestTimeout, {
    error: "a duration from 1s to 1d",
  })
  return ofEachGate(members, limit, (name) => `How long the gate ${name} may take.`)
    .optional()
    .describe(
      "How long a gate may take, with the images and packages that it waits for. One that runs out of it is an error, and " +
        `its tools are ended. Default: ${gateTimeout} for each gate.`,
    )
}

function settingsKeys(members: readonly CatalogueEntry[]): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(
    members.flatMap(({ name, settings, whereConfigured }) => {
      if (settings === undefined) return []
      const key = whereConfigured === true ? settings.optional() : settings.prefault({})
      const only = whereConfigured === true ? " Without them it does not judge." : ""
      return [[name, key.describe(`Settings of the gate ${name}.${only}`)] as const]
    }),
  )
}

/** The schema for this library's own catalogue; each key has the type of its gate's schema. */
export const gates = gatesSchema(catalogue) as unknown as z.ZodType<GatesConfig>
