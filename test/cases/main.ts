/**
 * Which of the known faults are shown to be cured by the tests of this very commit: case, tests, verdict.
 *   npm run cases
 * Reads test/cases.json and out/test/TIER.json. Ends with 0 where every case that is not for later has run and passed.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { misuse } from "../../bin/bootstrap/arguments.mjs"
import { caseLines, casesFile, parseResults, type Results } from "./cases.ts"

const root = join(import.meta.dirname, "../..")
const write = (line: string): void => void process.stdout.write(`${line}\n`)

function head(): string {
  return execFileSync("git", ["-C", root, "rev-parse", "HEAD"], { encoding: "utf8" }).trim()
}

/** The results of this commit; those of another one show nothing about it, and are named. */
function resultsOfCommit(commit: string): readonly Results[] {
  const directory = join(root, "out/test")
  const files = existsSync(directory) ? readdirSync(directory).filter((file) => file.endsWith(".json")) : []
  return files.flatMap((file) => {
    const results = parseResults(readFileSync(join(directory, file), "utf8"))
    if (results.commit === commit) return [results]
    write(
      `out/test/${file} is of ${results.commit?.slice(0, 12) ?? "an unknown commit"}, not of ${commit.slice(0, 12)}`,
    )
    return []
  })
}

function main(): number {
  const file = casesFile.parse(JSON.parse(readFileSync(join(root, "test/cases.json"), "utf8")))
  const lines = caseLines(file, resultsOfCommit(head()))
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
} else process.exitCode = main()
