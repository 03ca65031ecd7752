import type { AnyReport } from "../check.ts"

/** Where tools write in the development container. */
export const out = "/out"

/** How one test runner is told to write what it did. */
export interface Runner {
  readonly name: string
  /** Package whose version is recorded; null for Node's own. */
  readonly package: string | null
  /** What is added to the script that starts it. */
  readonly args: readonly string[]
  readonly tests: AnyReport
  /** Null: it measures none by itself. */
  readonly coverage: AnyReport | null
}

const kinds = ["lines", "statements", "functions", "branches"] as const
const istanbul = { format: "istanbul", path: "coverage/coverage-summary.json", in: "reports" } as const

/** The project's own thresholds are off: the gate has one of its own, and with both an exit code could mean either. */
const vitest: Runner = {
  name: "vitest",
  package: "vitest",
  args: [
    ...["--reporter=json", `--outputFile=${out}/vitest.json`, "--coverage.enabled"],
    ...["--coverage.reporter=json-summary", `--coverage.reportsDirectory=${out}/coverage`],
    ...kinds.map((kind) => `--coverage.thresholds.${kind}=0`),
  ],
  tests: { format: "vitest-json", path: "vitest.json", in: "reports" },
  coverage: istanbul,
}

const jest: Runner = {
  name: "jest",
  package: "jest",
  args: [
    ...["--ci", "--json", `--outputFile=${out}/jest.json`, "--coverage", "--coverageReporters=json-summary"],
    ...[`--coverageDirectory=${out}/coverage`, "--coverageThreshold={}"],
  ],
  tests: { format: "vitest-json", path: "jest.json", in: "reports" },
  coverage: istanbul,
}

const mocha: Runner = {
  name: "mocha",
  package: "mocha",
  args: ["--reporter", "json", "--reporter-option", `output=${out}/mocha.json`],
  tests: { format: "mocha-json", path: "mocha.json", in: "reports" },
  coverage: null,
}

/** Its options have to stand before the files, and not in NODE_OPTIONS: the script is taken apart (`words`). */
const nodeTest: Runner = {
  name: "node:test",
  package: null,
  args: [
    "--experimental-test-coverage",
    ...["--test-reporter=junit", `--test-reporter-destination=${out}/junit.xml`],
    ...["--test-reporter=lcov", `--test-reporter-destination=${out}/lcov.info`],
  ],
  tests: { format: "junit", path: "junit.xml", in: "reports" },
  coverage: { format: "lcov", path: "lcov.info", in: "reports" },
}

/** What starts a program and is none itself. */
const starters = /^(?:npx|cross-env|c8|nyc|dotenv|env|pnpm|yarn|--|-\S+|[A-Za-z_]\w*=\S*)$/

/** A script's last command: what is added to a script goes to it. Null for none that is told by its words. */
export function lastCommand(script: string): readonly string[] | null {
  const command =
    script
      .split(/&&|\|\||;/)
      .at(-1)
      ?.trim() ?? ""
  const words = command.split(/\s+/)
  const first = words.findIndex((word) => !starters.test(word))
  return first < 0 ? null : words.slice(first)
}

/** The runner that a script starts, and how; null where it is none that is known. */
export function runnerOf(
  script: string,
  name: string,
): { readonly runner: Runner; readonly command: readonly string[] } | null {
  const [program = "", ...args] = lastCommand(script) ?? []
  const known = [vitest, jest, mocha].find((one) => program === one.name || endsWithBin(program, one.name))
  if (known !== undefined)
    return { runner: known, command: ["npm", "run", "--silent", name, "--", ...known.args] }
  if (program !== "node" || !args.includes("--test") || !isPlain(script)) return null
  return { runner: nodeTest, command: ["node", ...nodeTest.args, ...args] }
}

function endsWithBin(program: string, name: string): boolean {
  return program === `node_modules/.bin/${name}` || program === `./node_modules/.bin/${name}`
}

/** Whether words are all that a shell would make of it: one command, no quotes, no variables, no patterns of its own. */
function isPlain(script: string): boolean {
  return /^[\w@%+=:,./ \t*-]+$/.test(script) && !/(^|\s)[A-Za-z_]\w*=/.test(script)
}
