import { basename } from "node:path"
import { Duration, durationPattern } from "../domain/duration.ts"
import { gracefulStopSeconds, profiles } from "../verify/load/profiles.ts"
import { type Checked, checkDocument, resultOf } from "./document.ts"
import type { Problem } from "./problem.ts"
import { conflict } from "./reference.ts"
import {
  type EnvironmentConfig,
  environmentSchema,
  loadLimitDefault,
  lockDefaults,
} from "./schema/environment.ts"
import type { Source } from "./source.ts"
import { valueAt } from "./zod-problems.ts"

/** Reads and checks the text of an environment file; `file` is how errors call it. Never throws. */
export function checkEnvironment(text: string, file: string): Checked<EnvironmentConfig> {
  return checkDocument(text, file, environmentSchema, [
    nameIsFileName,
    promotesFromAnother,
    lockTimesFit,
    loadTimeFits,
    embeddedIsForOneCall,
    approvalsAreProtected,
  ])
}

/** @throws CONFIG_INVALID with every problem in the text. */
export function parseEnvironment(text: string, file: string): EnvironmentConfig {
  return resultOf(checkEnvironment(text, file))
}

function nameIsFileName(source: Source): readonly Problem[] {
  const expected = basename(source.file).replace(/\.ya?ml$/, "")
  const name = valueAt(source.value, ["name"])
  if (typeof name !== "string" || name === expected) return []
  return [conflict(source, ["name"], `${expected}, as the file is called`)]
}

function promotesFromAnother(source: Source): readonly Problem[] {
  const from = valueAt(source.value, ["promotesFrom"])
  if (typeof from !== "string" || from !== valueAt(source.value, ["name"])) return []
  return [conflict(source, ["promotesFrom"], "another environment than the one that this file describes")]
}

/** A cluster that ends with the call protects nothing, and has no address and no authority before it is started. */
function embeddedIsForOneCall(source: Source): readonly Problem[] {
  if (valueAt(source.value, ["cluster", "embedded"]) !== true) return []
  const never = (path: readonly string[], why: string) =>
    [undefined, null, false].includes(valueAt(source.value, path) as undefined)
      ? []
      : [conflict(source, path, why)]
  return [
    ...never(["protected"], "false, where the cluster is embedded"),
    ...never(["cluster", "server"], "no pin, where the cluster is embedded"),
    ...never(["cluster", "caFingerprint"], "no pin, where the cluster is embedded"),
  ]
}

/** Elsewhere a tree may be judged by its own policy, and would name its own approvers. */
function approvalsAreProtected(source: Source): readonly Problem[] {
  if (valueAt(source.value, ["approvals"]) === undefined || valueAt(source.value, ["protected"]) === true)
    return []
  return [conflict(source, ["approvals"], "no approvals, or protected: true")]
}

/** Whether the file itself says which load test it wants; without a word of it there is one where there is a script. */
export function namesLoadProfile({ value }: Pick<Source, "value">): boolean {
  return typeof valueAt(value, ["load", "profile"]) === "string"
}

/** A load test that the file asks for, and that there is no script for. Not asked where an environment is only read. */
export function loadWithoutScript(
  { source }: Checked<EnvironmentConfig>,
  script: string | null,
): readonly Problem[] {
  if (script !== null || !namesLoadProfile(source) || valueAt(source.value, ["load", "profile"]) === "none")
    return []
  return [conflict(source, ["load", "profile"], "none, or a script to run: load.script in signalbox.yaml")]
}

/** k6 is killed at its limit: a shorter one than the profile would fail every release. */
function loadTimeFits(source: Source): readonly Problem[] {
  const name = valueAt(source.value, ["load", "profile"]) ?? "smoke"
  const scale = valueAt(source.value, ["load", "scale"]) ?? 1
  const limit = valueAt(source.value, ["timeouts", "load"])
  if (typeof name !== "string" || !Object.hasOwn(profiles, name) || typeof scale !== "number") return []
  if (limit !== undefined && (typeof limit !== "string" || !durationPattern.test(limit))) return []
  const { durationSeconds } = profiles[name as keyof typeof profiles]
  const least = Math.max(1, Math.round(durationSeconds * scale)) + gracefulStopSeconds
  if (new Duration(limit ?? loadLimitDefault).ms >= least * 1000) return []
  const why = `profile ${name} at scale ${scale} takes ${least - gracefulStopSeconds} s, and its last iterations ${gracefulStopSeconds} s more`
  return limit === undefined
    ? [
        conflict(
          source,
          ["load", "profile"],
          `a profile that fits into ${loadLimitDefault}, or timeouts.load: ${least}s; ${why}`,
          "smoke",
        ),
      ]
    : [conflict(source, ["timeouts", "load"], `at least ${least}s: ${why}`)]
}

/** A holder must give up before another client may take its lock over, and a waiter must wait longer than that. */
function lockTimesFit(source: Source): readonly Problem[] {
  const time = (key: keyof typeof lockDefaults): Duration => {
    const text = valueAt(source.value, ["lock", key])
    return new Duration(typeof text === "string" && durationPattern.test(text) ? text : lockDefaults[key])
  }
  const wrong = (key: keyof typeof lockDefaults, allowed: string, other: keyof typeof lockDefaults) =>
    conflict(source, ["lock", key], `${allowed} ${other}, ${time(other)}`, lockDefaults[key])
  const [ttl, giveUp, renew, wait] = [time("ttl"), time("giveUp"), time("renew"), time("wait")]
  return [
    ...(renew.ms * 2 > giveUp.ms ? [wrong("renew", "at most half of", "giveUp")] : []),
    ...(giveUp.ms >= ttl.ms ? [wrong("giveUp", "less than", "ttl")] : []),
    ...(wait.ms <= ttl.ms ? [wrong("wait", "more than", "ttl")] : []),
  ]
}
