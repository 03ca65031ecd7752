import type { AnyReport } from "../check.ts"
import { notSourcePatterns, sourcePatterns } from "./source-files.ts"

/** Where tools write in the development container. */
export const out = "/out"

/** Where the development container has our own reporter for Vitest. */
export const vitestSettings = "/signalbox/vitest-settings.ts"

/** A test runner, with the arguments that make it write its reports. */
export interface Runner {
  readonly name: string
  /** Package whose version is recorded; null for Node's own. */
  readonly package: string | null
  /** Arguments added to the script that starts it. */
  readonly args: readonly string[]
  readonly tests: AnyReport
  /** Null: it does not measure coverage by itself. */
  readonly coverage: AnyReport | null
  /** Arguments that make it measure every source file, where the project's settings do not say which. Default: none. */
  readonly everyFile?: readonly string[]
  /** Whether its report leaves out the files that no test loads, whatever its arguments. Default: false. */
  readonly loadedOnly?: true
}

const istanbul = { format: "istanbul", path: "coverage/coverage-summary.json", in: "reports" } as const

/** `vitest-settings.ts` switches the project's own thresholds off, and has every source file measured. */
const vitest: Runner = {
  name: "vitest",
  package: "vitest",
  args: [
    ...["--reporter=json", `--reporter=${vitestSettings}`, `--outputFile=${out}/vitest.json`],
    ...["--coverage.enabled", "--coverage.reporter=json-summary", "--coverage.reporter=lcovonly"],
    `--coverage.reportsDirectory=${out}/coverage`,
  ],
  tests: { format: "vitest-json", path: "vitest.json", in: "reports" },
  coverage: istanbul,
}

/** The project's own thresholds are off: the gate has a minimum, and with both the exit code would be ambiguous. */
const jest: Runner = {
  name: "jest",
  package: "jest",
  args: [
    ...["--ci", "--json", `--outputFile=${out}/jest.json`, "--coverage", "--coverageReporters=json-summary"],
    ...["--coverageReporters=lcovonly", `--coverageDirectory=${out}/coverage`, "--coverageThreshold={}"],
  ],
  tests: { format: "vitest-json", path: "jest.json", in: "reports" },
  coverage: istanbul,
  everyFile: [...sourcePatterns, ...notSourcePatterns.map((pattern) => `!${pattern}`)].map(
    (pattern) => `--collectCoverageFrom=${pattern}`,
  ),
}

const mocha: Runner = {
  name: "mocha",
  package: "mocha",
  args: ["--reporter", "json", "--reporter-option", `output=${out}/mocha.json`],
  tests: { format: "mocha-json", path: "mocha.json", in: "reports" },
  coverage: null,
}

/** Its options must come before the files, and not in NODE_OPTIONS: the command is rebuilt from its words. */
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
  loadedOnly: true,
}

/** Words before the program that a script runs. */
const starters = /^(?:npx|cross-env|c8|nyc|dotenv|env|pnpm|yarn|--|-\S+|[A-Za-z_]\w*=\S*)$/

/** A script's last command, which npm passes added arguments to. Null where its words name no program. */
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

/** A command that starts a runner. */
export interface Started {
  readonly runner: Runner
  readonly command: readonly string[]
  /** Whether the project's script starts it, and not the words of it. */
  readonly byScript: boolean
}

/**
 * The runner that a script starts, and its command; null for an unknown runner.
 * @param choosesFiles whether the project's settings say which files are measured.
 * @param run the command of the package manager that runs the script with further arguments.
 */
export function runnerOf(
  script: string,
  choosesFiles: boolean,
  run: (args: readonly string[]) => readonly string[],
): Started | null {
  const [program = "", ...args] = lastCommand(script) ?? []
  const known = [vitest, jest, mocha].find((one) => program === one.name || endsWithBin(program, one.name))
  if (known !== undefined) {
    const everyFile = choosesFiles ? [] : (known.everyFile ?? [])
    return { runner: known, command: run([...known.args, ...everyFile]), byScript: true }
  }
  if (program !== "node" || !args.includes("--test") || !isPlain(script)) return null
  const command = ["node", ...nodeTest.args, ...withoutThresholds(args)]
  return { runner: nodeTest, command, byScript: false }
}

const threshold = /^--test-coverage-(lines|branches|functions)(=|$)/

/** The gate has a minimum of its own, and a threshold would make exit code 1 ambiguous. */
function withoutThresholds(args: readonly string[]): readonly string[] {
  return args.filter(
    (word, index) => !threshold.test(word) && threshold.exec(args[index - 1] ?? "")?.[2] !== "",
  )
}

function endsWithBin(program: string, name: string): boolean {
  return program === `node_modules/.bin/${name}` || program === `./node_modules/.bin/${name}`
}

/** Whether a script is one command of plain words: no quotes, variables or assignments for a shell to interpret. */
function isPlain(script: string): boolean {
  return /^[\w@%+=:,./ \t*-]+$/.test(script) && !/(^|\s)[A-Za-z_]\w*=/.test(script)
}
