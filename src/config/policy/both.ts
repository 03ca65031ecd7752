import { configError } from "../problem.ts"
import type { EnvironmentRules, SharedPolicy } from "../schema/policy.ts"
import type { Source } from "../source.ts"
import { valueAt } from "../zod-problems.ts"
import { shown } from "./shown.ts"

/** A shared policy, and the reference that a repository names it by. */
export interface Extended {
  readonly reference: string
  readonly policy: SharedPolicy
}

/** Where a setting stands, and whose policy it meets. */
export interface Place {
  readonly source: Source
  readonly shared: Extended
  readonly path: readonly string[]
}

/**
 * Those of a repository's own that the shared policy lists, too; all of them where it lists none.
 * @throws CONFIG_INVALID where none is left: an empty list would not be the strictest, but no rule at all.
 */
export function bothAllow<T>(
  own: readonly T[],
  allowed: readonly T[] | undefined,
  identity: (one: T) => string,
  place: Place,
  narrowed: (one: T) => T = (one) => one,
): T[] {
  if (allowed === undefined) return [...own]
  const names = allowed.map(identity)
  const left = own.filter((one) => names.includes(identity(one)))
  if (left.length > 0) return left.map(narrowed)
  const [name = ""] = place.path
  const instead = name === "protectedBranch" ? "protectedBranches instead of protectedBranch" : name
  throw unsatisfiable(place, {
    ...{ own, demand: `allows only ${shown(allowed)}` },
    // A key is not written by its fingerprint.
    write: name === "signingKeys" ? "one of those keys" : `${instead}: ${shown(allowed)}`,
  })
}

interface Conflict {
  /** The repository's own value, by default or as it is written. */
  readonly own: unknown
  /** What the shared policy does, or asks for. */
  readonly demand: string
  /** What satisfies both. */
  readonly write: string
}

/** Both values, where each is from, and what to write: a default stands in no file that its reader could look at. */
export function unsatisfiable({ source, shared, path }: Place, { own, demand, write }: Conflict) {
  const isWritten = valueAt(source.value, path) !== undefined
  const origin = isWritten ? "as this file has it" : "by default, because this file does not set it"
  const message = `it is ${shown(own)}, ${origin}, and the shared policy ${shared.reference} ${demand}; write ${write}`
  return configError([{ file: source.file, ...source.at(path), path: path.join("."), message }])
}

/** `protectedBranch` is another way to write one of them. */
export function branchesPlace(source: Source, shared: Extended): Place {
  const single = valueAt(source.value, ["protectedBranch"]) !== undefined
  return { source, shared, path: [single ? "protectedBranch" : "protectedBranches"] }
}

/** Nothing that an environment's own file says could satisfy rules that exclude each other. */
export function assertAcceptTogether(
  all: readonly EnvironmentRules[],
  name: string,
  source: Source,
  shared: Extended,
): void {
  const [every, own] = all.map(({ acceptedDatabases }) => acceptedDatabases)
  if (every === undefined || own === undefined) return
  if (own.some((one) => every.some((other) => other.name === one.name))) return
  const path = ["acceptedDatabases"]
  const message = `no database satisfies the shared policy ${shared.reference}: everyEnvironment allows only ${shown(every)}, environments.${name} only ${shown(own)}; publish one whose rules can both hold, and extend that`
  throw configError([{ file: source.file, ...source.at(path), path: path.join("."), message }])
}
