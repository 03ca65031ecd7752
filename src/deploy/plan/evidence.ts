import {
  callWith,
  type GateEvidence,
  isExpired,
  isPolicyOfBase,
  isPrerelease,
  isRequired,
  onlyWarns,
  parseVersion,
  type ReleaseRecord,
  SignalboxError,
} from "../../domain/index.ts"
import type { DriverRequest } from "../request.ts"
import { findingsWarn } from "./findings-warn.ts"
import { overridableBy } from "./overrides.ts"

/** What is judged: the part of a release record that its gates wrote. */
export type Evidence = Pick<ReleaseRecord, "version" | "gates" | "policy" | "waivers">

type Judged = Pick<DriverRequest, "date"> & {
  readonly requiredGates: readonly string[]
  /** Those of them that signalbox.yaml requires by name: there, nothing to judge is no evidence. Default: none. */
  readonly namedGates?: readonly string[]
  /** Those of them whose findings only warn, as of today. Default: none. */
  readonly warningGates?: readonly string[]
  readonly protectedBranches: readonly string[]
  readonly environment: Pick<DriverRequest["environment"], "name" | "protected" | "acceptedDatabases">
}

/** Gates whose verdict counts: those that the release needed, and those that are required now. */
function counting(
  record: Evidence,
  { requiredGates }: Pick<Judged, "requiredGates">,
): readonly GateEvidence[] {
  return record.gates.filter((gate) => isRequired(gate) || requiredGates.includes(gate.gate))
}

/** Why a release's evidence does not suffice for an environment; empty when it does. */
export function evidenceRefusals(record: Evidence, request: Judged): readonly SignalboxError[] {
  const { environment } = request
  const always = [...verdictRefusals(record, request), ...databaseRefusals(record, request)]
  if (!environment.protected) return always
  return [
    ...always,
    ...prereleaseRefusal(record, environment.name),
    ...policyRefusal(record, request),
    ...missingGates(record, request),
    ...toolRefusals(record, request),
    ...waiverRefusals(record, request.date),
  ]
}

/** What of it neither time nor a later scan nor an override changes. */
export function lastingRefusals(record: Evidence, request: Omit<Judged, "date">): readonly SignalboxError[] {
  if (!request.environment.protected) return []
  return [
    ...prereleaseRefusal(record, request.environment.name),
    ...policyRefusal(record, request),
    ...toolRefusals(record, request),
  ]
}

function verdictRefusals(record: Evidence, request: Judged): readonly SignalboxError[] {
  return counting(record, request)
    .filter((gate) => !hasPassed(gate, request))
    .map((gate) =>
      overridableBy(
        missing(`gate ${gate.gate} says ${gate.verdict}`, `release ${record.version}`, { why: gate.summary }),
        "gate-verdict",
      ),
    )
}

/** What a branch publishes is a pre-release, too: 0.0.0-gCOMMIT. */
function prereleaseRefusal({ version }: Evidence, environment: string): readonly SignalboxError[] {
  if (!isPrerelease(parseVersion(version))) return []
  return [
    refused(`${version} is a pre-release`, environment, {
      why: "a protected environment takes releases only",
      next: "tag the commit as a release, such as v1.4.0, and release that",
    }),
  ]
}

/** A tree that was judged by its own policy has judged itself. */
function policyRefusal(
  { version, policy }: Evidence,
  request: Omit<Judged, "date">,
): readonly SignalboxError[] {
  const { environment, protectedBranches } = request
  const branch = policy?.branch
  if (isPolicyOfBase(policy) && branch !== undefined && protectedBranches.includes(branch)) return []
  const judgedBy =
    policy === undefined
      ? "its record does not say by which policy it was judged"
      : `it was judged by ${policy.source === "own" || policy.source === "first" ? "its own policy" : `the policy of ${policy.ref ?? policy.commit ?? "an unknown revision"}`}`
  return [
    refused(`release ${version} was not judged by the policy of a protected branch`, environment.name, {
      why: `${judgedBy}; protected branches are ${protectedBranches.join(", ")}`,
      next: `release again from a clone that has the remote's protected branch, or name it: ${callWith("--policy-ref refs/remotes/REMOTE/BRANCH")}`,
    }),
  ]
}

/**
 * Whether a gate has passed, or is recorded as one that had nothing to judge, or was switched off with a reason: unless
 * the environment requires it by name, as of today, and not by the default list.
 */
function isEvidence(gate: GateEvidence, request: Judged): boolean {
  const { namedGates = [] } = request
  if (gate.verdict === "skipped") return !isRequired(gate) && !namedGates.includes(gate.gate)
  return hasPassed(gate, request)
}

function missingGates(record: Evidence, request: Judged): readonly SignalboxError[] {
  const passed = new Set(record.gates.filter((gate) => isEvidence(gate, request)).map((gate) => gate.gate))
  const absent = request.requiredGates.filter((gate) => !passed.has(gate))
  // What a gate has said against a release is another thing than a gate that was not asked.
  const isRefused = (name: string) =>
    record.gates.some((gate) => gate.gate === name && !hasPassed(gate, request))
  return (["gate-verdict", "gate-missing"] as const).flatMap((rule) => {
    const gates = absent.filter((name) => isRefused(name) === (rule === "gate-verdict"))
    if (gates.length === 0) return []
    const refusal = missing(`evidence is missing for: ${gates.join(", ")}`, `release ${record.version}`, {
      why: `${request.environment.name} requires ${request.requiredGates.join(", ")}`,
      next: "release again with all required gates",
    })
    return [overridableBy(refusal, rule)]
  })
}

function hasPassed(gate: GateEvidence, request: Pick<Judged, "requiredGates" | "warningGates">): boolean {
  const passed = ["pass", "waived", "skipped"].includes(gate.verdict)
  return passed || (onlyWarns(gate) && findingsWarn(gate, request))
}

/** Clocks and time zones differ by less; a database from later than that would never grow too old. */
const dayInMs = 86_400_000

/** A database counts where the environment names it and its content is not too old on the day of judgement. */
function databaseRefusals(record: Evidence, request: Judged): readonly SignalboxError[] {
  const { environment } = request
  const accepted = environment.acceptedDatabases
  return counting(record, request).flatMap(({ gate, database }) => {
    if (database === undefined) return []
    const names = accepted.map((one) => one.name).join(", ")
    const known = accepted.find((one) => one.name === database.name)
    if (known === undefined)
      return [
        refused(`${environment.name} does not accept the database ${database.name}`, `gate ${gate}`, {
          why: `acceptedDatabases of environments/${environment.name}.yaml, or its default, accepts ${names === "" ? "none" : names}; the toolbox file of the release names ${database.name}`,
          next: `judge the release with an accepted database, or add this one to acceptedDatabases in environments/${environment.name}.yaml: { name: ${database.name}, maxAge: … }`,
        }),
      ]
    const age = Date.parse(request.date) - Date.parse(database.date)
    if (age < -dayInMs)
      return [
        refused(`the database ${database.name} is dated in the future`, `gate ${gate}`, {
          why: `its content is of ${database.date}, today is ${request.date}`,
          next: "check the database, and the clock of this machine",
        }),
      ]
    if (age <= known.maxAge.ms) return []
    const old = refused(`the database ${database.name} is too old`, `gate ${gate}`, {
      why: `its content is of ${database.date}, ${environment.name} accepts ${known.maxAge}`,
      next: `judge the same digests again by the database of now, without a new version: dagger call publish --version ${record.version}`,
    })
    // A date that cannot be read is no age.
    return [Number.isNaN(age) ? old : overridableBy(old, "database-age")]
  })
}

function toolRefusals(record: Evidence, request: Omit<Judged, "date">): readonly SignalboxError[] {
  const loose = counting(record, request).flatMap((gate) =>
    gate.tools
      .filter((tool) => !/sha256:[0-9a-f]{64}$/.test(tool.image ?? ""))
      .map((tool) => `${gate.gate}: ${tool.name}`),
  )
  if (loose.length === 0) return []
  return [
    missing("tools are not named by digest", request.environment.name, {
      why: [...new Set(loose)].join(", "),
      next: "name images by digest, in the toolbox file and in Dockerfiles whose stages checks run in, then release again",
    }),
  ]
}

function waiverRefusals(record: Evidence, date: string): readonly SignalboxError[] {
  return record.waivers
    .filter((waiver) => isExpired(waiver, date))
    .map((waiver) =>
      overridableBy(
        missing(`waiver ${waiver.id} has expired`, `release ${record.version}`, {
          why: `it held until ${waiver.expires}; owner ${waiver.owner}`,
          next: "fix what it waived, or renew it and release again",
        }),
        "waiver-expired",
      ),
    )
}

function missing(what: string, where: string, more: { why?: string; next?: string }): SignalboxError {
  return new SignalboxError("EVIDENCE_MISSING", { what, where, ...more })
}

function refused(what: string, where: string, more: { why?: string; next?: string }): SignalboxError {
  return new SignalboxError("POLICY_REFUSED", { what, where, ...more })
}
