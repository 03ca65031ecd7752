import { parseArgs } from "node:util"
import { type Tier, tiers } from "./tiers.ts"

export interface TestOptions {
  readonly tiers: readonly Tier[]
  /** Runs every file, however long it takes. */
  readonly full: boolean
  /** Leaves out what has passed on this commit before: for a run that was cut, or that found something of the machine's. */
  readonly continue: boolean
  /** Decides which files run first, and so which are left out when the time of a tier is up. */
  readonly seed: number
  /** Parts of the names of the files to run; default: all. */
  readonly files: readonly string[]
}

export const usage = `npm test -- [--tier unit|engine|cluster|faults] [--full] [--continue] [--seed N] [PART-OF-A-FILE-NAME...]
`

/** @throws Error with one sentence for arguments that make no sense */
export function parseOptions(args: readonly string[]): TestOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      tier: { type: "string", multiple: true },
      full: { type: "boolean", default: false },
      continue: { type: "boolean", default: false },
      seed: { type: "string" },
    },
  })
  const named = values.tier ?? []
  for (const name of named) {
    if (!tiers.some(({ id }) => id === name)) throw new Error(`There is no tier ${name}.`)
  }
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Error(`A seed is a whole number, not ${values.seed}.`)
  return {
    tiers: named.length > 0 ? tiers.filter(({ id }) => named.includes(id)) : tiers,
    full: values.full,
    continue: values.continue,
    seed,
    files: positionals,
  }
}
