import type { Check, Checks, NotApplicable, Undetermined } from "../check.ts"
import { type Runner, runnerOf } from "./runner.ts"

/** What of a component decides how it is checked. */
export interface NodeFiles {
  /** Names directly below the component's directory. */
  readonly names: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
  /** Version of the Node that runs the checks. */
  readonly node: string
  /** Version of a package as the lock file has it; undefined where it is not installed. */
  version(name: string): string | undefined
}

/** Names of scripts as `signalbox.yaml` has them, which are there by default. */
export interface ScriptNames {
  readonly typecheck: string
  readonly lint: string
  readonly coverage: string
}

/** Scripts that run the tests, in the order in which they are looked for. */
const testScripts = ["coverage", "test:cov", "test:coverage", "test"]

/** How a component is checked: by its own scripts where they are there, else by the tool that its files tell. */
export function checksOf(files: NodeFiles, named: ScriptNames): Checks {
  const { unit, coverage } = tests(files, named.coverage)
  return { typecheck: typecheck(files, named.typecheck), lint: lint(files, named.lint), unit, coverage }
}

function typecheck(files: NodeFiles, script: string): Check | NotApplicable {
  // A compiler that looked at nothing is silent in the same way as one that found nothing: it lists its files.
  const args = ["--pretty", "false", "--listFiles"]
  const version = files.version("typescript")
  const check = (command: readonly string[]): Check => ({
    tool: { name: "tsc", version: version ?? "unknown" },
    command,
    judged: [0, 1, 2],
    report: { format: "tsc", path: "stdout.txt" },
  })
  if (files.scripts[script] !== undefined) return check(["npm", "run", "--silent", script, "--", ...args])
  if (files.names.includes("tsconfig.json") && version !== undefined)
    return check(["npx", "--no-install", "tsc", "--noEmit", ...args])
  return { notApplicable: `no script ${JSON.stringify(script)}, and no tsconfig.json with typescript` }
}

function lint(files: NodeFiles, script: string): Check | NotApplicable {
  const args = ["--format", "json", "--output-file", "/out/eslint.json"]
  const version = files.version("eslint")
  const check = (command: readonly string[]): Check => ({
    tool: { name: "eslint", version: version ?? "unknown" },
    command,
    judged: [0, 1],
    report: { format: "eslint-json", path: "eslint.json" },
  })
  if (files.scripts[script] !== undefined) return check(["npm", "run", "--silent", script, "--", ...args])
  if (files.names.some((name) => /^eslint\.config\.[cm]?[jt]s$/.test(name)) && version !== undefined)
    return check(["npx", "--no-install", "eslint", ".", ...args])
  return { notApplicable: `no script ${JSON.stringify(script)}, and no eslint.config.js with eslint` }
}

interface Tests {
  readonly unit: Check | NotApplicable | Undetermined
  readonly coverage: Check | NotApplicable | Undetermined
}

function tests(files: NodeFiles, script: string): Tests {
  const names = [...new Set([script, ...testScripts])]
  const name = names.find((one) => !isPlaceholder(files.scripts[one]))
  if (name === undefined) return both({ notApplicable: `no script ${names.join(", ")}` })
  const found = runnerOf(files.scripts[name] ?? "", name)
  if (found === null)
    return both({
      undetermined: `the script ${JSON.stringify(name)} starts none of vitest, jest, mocha and node --test by itself`,
    })
  const { runner, command } = found
  const unit = check(files, runner, command, runner.tests)
  if (runner.coverage === null)
    return { unit, coverage: { undetermined: `${runner.name} measures no coverage by itself` } }
  return { unit, coverage: check(files, runner, command, runner.coverage) }
}

/** No script, or what `npm init` writes where there are no tests. */
function isPlaceholder(script: string | undefined): boolean {
  return script === undefined || /^echo .*no test specified/i.test(script)
}

function check(files: NodeFiles, runner: Runner, command: readonly string[], report: Check["report"]): Check {
  const version = runner.package === null ? files.node : (files.version(runner.package) ?? "unknown")
  return { tool: { name: runner.name, version }, command, judged: [0, 1], report }
}

function both(why: NotApplicable | Undetermined): Tests {
  return { unit: why, coverage: why }
}
