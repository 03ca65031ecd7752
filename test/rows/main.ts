/**
 * Which rows of the requirements are held by the tests of this very commit: row, verdict, tests, what is missing.
 *   npm run rows
 * Reads test/rows.json and out/test/TIER.json. Ends with 0 where every row has tests, and all of them ran and passed.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { misuse } from "../../bin/bootstrap/arguments.mjs"
import { resultsOfCommit } from "../cases/of-commit.ts"
import { allHaveTests, rowLines, rowsFile } from "./rows.ts"

const root = join(import.meta.dirname, "../..")
const write = (line: string): void => void process.stdout.write(`${line}\n`)
const verdicts = ["passed", "in part", "failed", "did not run", "open"] as const

async function main(): Promise<number> {
  const file = rowsFile.parse(JSON.parse(readFileSync(join(root, "test/rows.json"), "utf8")))
  const lines = rowLines(file, await resultsOfCommit(root, write))
  for (const { id, verdict, title, open, tests } of lines) {
    write(`${id.padEnd(5)} ${verdict.padEnd(11)} ${title}`)
    for (const test of tests) write(`${" ".repeat(18)}${test}`)
    if (open !== undefined) write(`${" ".repeat(18)}missing: ${open}`)
  }
  const counts = verdicts.map((verdict) => {
    const count = lines.filter((line) => line.verdict === verdict).length
    return `${count} ${verdict}`
  })
  write(`\n${counts.join(", ")}`)
  return allHaveTests(lines) ? 0 : 1
}

const problem = misuse("rows", process.argv.slice(2))
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 13
} else process.exitCode = await main()
