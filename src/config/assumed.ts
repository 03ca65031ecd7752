import { z } from "zod"
import { SignalboxError } from "../domain/errors.ts"
import { type GateContextName, gateContexts } from "../domain/gate-result.ts"
import { component } from "../languages/catalogue.ts"
import type { Checked } from "./document.ts"
import { gates } from "./schema/gates.ts"
import { name } from "./schema/primitives.ts"
import type { SignalboxConfig } from "./schema/signalbox.ts"
import { readSource } from "./source.ts"

/** What a tree without `signalbox.yaml` consists of, as its files tell it. */
export interface AssumedParts {
  readonly project: string
  /** Each as the file would have it. */
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The gate whose threshold is a decision of the project: it measures, and nothing is held against it. */
const reportedOnly = "coverage"

/**
 * The configuration of a tree that has none: its components, and else the defaults. Nobody has named a registry or an
 * environment: whatever needs one says so. Coverage is reported, and not judged.
 * @throws CONFIG_INVALID where a language has told what its own schema refuses
 */
export function assumedConfig({ project, components }: AssumedParts): Checked<SignalboxConfig> {
  const all = gates.parse(undefined)
  const required = Object.fromEntries(
    gateContexts.map((context) => [context, all.required[context].filter((gate) => gate !== reportedOnly)]),
  ) as Record<GateContextName, (typeof all.required)[GateContextName]>
  const value: SignalboxConfig = {
    schemaVersion: 1,
    project: name.parse(project),
    registry: undefined,
    signingKeys: [],
    approvers: [],
    components: Object.fromEntries(
      Object.entries(components).map(([key, one]) => [key, filled(key, { ...one, coverageMinimum: 0 })]),
    ),
    stack: {},
    chart: { path: null, values: null },
    smoke: null,
    load: { script: null },
    waivers: null,
    gates: { ...all, required },
    environments: [],
    refs: [],
    protectedBranches: ["main"],
  }
  return { source: readSource("", "signalbox.yaml"), value, problems: [] }
}

function filled(
  key: string,
  settings: Readonly<Record<string, unknown>>,
): SignalboxConfig["components"][string] {
  const result = component.safeParse(settings)
  if (result.success) return result.data
  throw new SignalboxError("CONFIG_INVALID", {
    what: `what the files of ${key} say is no component`,
    where: String(settings.path),
    why: z.prettifyError(result.error),
    next: "write signalbox.yaml with what it is: components",
  })
}
