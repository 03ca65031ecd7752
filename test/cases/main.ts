/**
 * Which of the known faults are shown to be cured by the tests of this very commit: case, tests, verdict.
 *   npm run cases
 * Reads test/cases.json and out/test/TIER.json. Ends with 0 where every case that is not for later has run and passed.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { misuse } from "../../bin/bootstrap/arguments.mjs"
import { caseLines, casesFile } from "./cases.ts"
import { resultsOfCommit } from "./of-commit.ts"

const root = join(import.meta.dirname, "../..")
const write = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  const file = casesFile.parse(JSON.parse(readFileSync(join(root, "test/cases.json"), "utf8")))
  const lines = caseLines(file, await resultsOfCommit(root, write))
  for (const { id, verdict, kind, tests } of lines) {
    write(`${id.padEnd(7)} ${verdict.padEnd(11)} ${kind}`)
    for (const test of tests) write(`${" ".repeat(20)}${test}`)
  }
  const count = (verdict: string) => lines.filter((line) => line.verdict === verdict).length
  const open = count("failed") + count("did not run")
  write(
    `\n${count("passed")} passed, ${count("failed")} failed, ${count("did not run")} did not run, ${count("later")} for later`,
  )
  return open === 0 ? 0 : 1
}

const problem = misuse("cases", process.argv.slice(2))
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 13
} else process.exitCode = await main()
