/** Who names a step or a strategy: its own file, and the catalogue that imports it. */
import ts from "typescript"
import { expect, test } from "vitest"
import { stepCatalogue } from "../../../src/deploy/steps/catalogue.ts"
import { strategyNames } from "../../../src/deploy/strategies/catalogue.ts"
import { nodes, parse, type Source, sources } from "../pipelines/sources.ts"

const all = await sources(["src", "pipelines"])

const stepIds = stepCatalogue.flatMap(({ id, wayBack }) => (wayBack === null ? [id] : [id, wayBack.id]))
const ids = new Set<string>([...stepIds, ...strategyNames])

/** Ids that a file writes down as they are, in code; what it says to people is its own. */
function namedIn(source: Source): readonly string[] {
  const tree = parse(source)
  const texts = [
    ...nodes(tree, ts.isStringLiteralLike).map(({ text }) => text),
    // `{ "roll-out": … }` and `{ rolling: … }` name one as well.
    ...nodes(tree, ts.isPropertyAssignment).flatMap(({ name }) =>
      ts.isIdentifier(name) ? [] : [name.getText()],
    ),
  ]
  return [...new Set(texts)].filter((text) => ids.has(text)).sort()
}

/** Ids that are words of this library in other meanings, too. */
const ambiguous = ["load", "record", "return", "smoke"]

/** Where in this room they have another meaning. */
const otherMeanings: Readonly<Record<string, readonly string[]>> = {
  // Tests of what runs, by hand, are commands and kinds of ledger entries; a release has a record.
  "driver/commands/rollback.ts": ["load", "smoke"],
  "driver/commands/tests.ts": ["load", "smoke"],
  "plan/promotion.ts": ["load", "record", "smoke"],
  "request.ts": ["load", "record", "smoke"],
  "state/ledger.ts": ["load", "smoke"],
  "state/shape.ts": ["load", "smoke"],
  // The environment's settings of load tests, and what becomes of a release without a verdict.
  "inconclusive.ts": ["load", "return"],
  "state/same.ts": ["return"],
}

/**
 * What hooks may stand beside is listed in the schema of the configuration, for editors and for its errors. Maven calls a phase of
 * its own as a step of ours.
 */
const listed = ["src/languages/java/goals.ts: verify", "src/config/schema/hooks.ts: roll-out"]

const isMember = (file: string) => /^src\/deploy\/(steps|strategies)\//.test(file)

test("no file but its own names a step or a strategy", () => {
  const found = all
    .filter(({ file }) => !isMember(file))
    .flatMap((source) => namedIn(source).map((id) => `${source.file}: ${id}`))
    .filter((one) => !ambiguous.some((word) => one.endsWith(`: ${word}`)))
  expect(found).toEqual(listed)
})

test("the engine names none in any meaning, and this room only where a word has another one", () => {
  const room = all.filter(({ file }) => file.startsWith("src/deploy/") && !isMember(file))
  const found = room.map((source) => [source.file.slice("src/deploy/".length), namedIn(source)] as const)
  expect(Object.fromEntries(found.filter(([, named]) => named.length > 0))).toEqual(otherMeanings)
})

test("each step names itself alone, and each strategy is named by the catalogue alone", () => {
  const named = all
    .filter(({ file }) => isMember(file))
    .map(
      (source) =>
        [source.file, namedIn(source).filter((id) => id !== "return" || !isPolicy(source))] as const,
    )
  const members = named.filter(([, names]) => names.length > 0)
  const [catalogues, steps] = [members.filter(isCatalogue), members.filter((one) => !isCatalogue(one))]
  expect(catalogues).toEqual([["src/deploy/strategies/catalogue.ts", [...strategyNames].sort()]])
  expect(steps.map(([, names]) => names.length)).toEqual(steps.map(() => 1))
  expect(steps.flatMap(([, names]) => names).sort()).toEqual([...stepIds].sort())
})

function isCatalogue([file]: readonly [string, readonly string[]]): boolean {
  return file.endsWith("/catalogue.ts")
}

/** `return` as what becomes of a release without a verdict. */
function isPolicy({ file }: Source): boolean {
  return file.endsWith("/load.ts")
}

test("ids are names of one step alone", () => {
  expect(stepIds).toEqual([...new Set(stepIds)])
  expect(strategyNames).toEqual([...new Set(strategyNames)])
})
