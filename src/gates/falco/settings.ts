import { z } from "zod"

const path = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))[^\0\\]{1,300}(?<!\/)$/, {
  error: "a path below the root of the repository, without a slash at its ends",
})

const names = z.array(z.string().trim().min(1).max(200)).default([])

export const falcoSettings = z.strictObject({
  files: z
    .array(path)
    .min(1)
    .describe(
      "Files with rules of Falco, in the order in which Falco reads them: a later one overrides an earlier one.",
    ),
  known: z
    .strictObject({
      rules: names.describe("Names of rules."),
      macros: names.describe("Names of macros, such as spawned_process."),
      lists: names.describe("Names of lists."),
    })
    .prefault({})
    .describe(
      "What files define that are not in the tree and that Falco reads before, such as its own falco_rules.yaml.",
    ),
})

export type FalcoSettings = z.output<typeof falcoSettings>

/** Refuses what either refuses: the files of both, and known is what both know. */
export function stricterFalco(
  settings: FalcoSettings | undefined,
  floor: Partial<FalcoSettings>,
): FalcoSettings | undefined {
  if (settings === undefined) return undefined
  const both = (own: readonly string[], others: readonly string[] | undefined) =>
    others === undefined ? [...own] : own.filter((one) => others.includes(one))
  const { rules, macros, lists } = settings.known
  return {
    files: [...new Set([...settings.files, ...(floor.files ?? [])])],
    known: {
      rules: both(rules, floor.known?.rules),
      macros: both(macros, floor.known?.macros),
      lists: both(lists, floor.known?.lists),
    },
  }
}
