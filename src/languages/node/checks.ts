import { posix } from "node:path"
import type { Check, NotApplicable, ToolChecks, Undetermined } from "../check.ts"
import type { PackageManager } from "./managers/manager.ts"
import { lastCommand, out, runnerOf, type Started } from "./runner.ts"

/** The files of a component that decide how it is checked. */
export interface NodeFiles {
  /** Names in the component's directory, without subdirectories. */
  readonly names: readonly string[]
  /** The same of the directories above it, up to the lock file's: ESLint takes the nearest settings. Default: there are none. */
  readonly namesAbove?: readonly string[]
  /** Keys of package.json: some tools are configured by one. */
  readonly keys: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
  /** Whether the settings of Jest say which files are measured. */
  readonly choosesFiles: boolean
  /** Version of the Node that runs the checks. */
  readonly node: string
  /** Version of a package as the lock file has it; undefined where it is not installed. */
  version(name: string): string | undefined
  /** Whether only the root of the workspace names a package, and not the component. Default: none of them. */
  ofRoot?(name: string): boolean
  /** The project's package manager: it runs the scripts, and the programs of packages. */
  readonly manager: Pick<PackageManager, "name" | "run" | "exec">
}

/** Names of scripts as `signalbox.yaml` has them. */
export interface ScriptNames {
  readonly typecheck: string
  readonly lint: string
  readonly coverage: string
}

type Found = Check | NotApplicable | Undetermined

export const usual: ScriptNames = { typecheck: "typecheck", lint: "lint", coverage: "coverage" }
/** Further scripts that run the tests, in the order in which they are looked for. */
const testScripts = ["test:cov", "test:coverage", "test"]
/** A component with one of these uses ESLint, even without a script that starts it. */
const eslintSettings = /^(eslint\.config\.[cm]?[jt]s|\.eslintrc(\..+)?)$/

/** The checks of a component: its own scripts where it has them, else the tool that its files configure. */
export function checksOf(files: NodeFiles, named: ScriptNames): ToolChecks {
  const { unit, coverage } = tests(files, named.coverage)
  return { typecheck: typecheck(files, named.typecheck), lint: lint(files, named.lint), unit, coverage }
}

function typecheck(files: NodeFiles, script: string): Found {
  return byScriptOrTool(files, {
    script,
    usual: usual.typecheck,
    // With --listFiles, because a compiler that checked no file prints as little as one that found no error.
    args: ["--pretty", "false", "--listFiles"],
    tool: ["tsc", "--noEmit"],
    package: "typescript",
    configured: files.names.includes("tsconfig.json"),
    none: `no tsconfig.json, and no script ${script}`,
    judged: [0, 1, 2],
    report: { format: "tsc", path: "stdout.txt", in: "reports" },
    comments: "(?://|/?\\*)\\s*@ts-(?:nocheck|ignore|expect-error)\\b",
  })
}

function lint(files: NodeFiles, script: string): Found {
  return byScriptOrTool(files, {
    script,
    usual: usual.lint,
    // The last option counts: a script with --fix would fix its findings and pass.
    args: ["--no-fix", "--format", "json", "--output-file", `${out}/eslint.json`],
    tool: ["eslint", "."],
    package: "eslint",
    configured: configuresEslint(files),
    none: `no script ${script}, and no settings of ESLint`,
    judged: [0, 1],
    report: { format: "eslint-json", path: "eslint.json", in: "reports" },
  })
}

export function configuresEslint({ names, namesAbove = [], keys }: NodeFiles): boolean {
  return [...names, ...namesAbove].some((name) => eslintSettings.test(name)) || keys.includes("eslintConfig")
}

interface Tool {
  readonly script: string
  readonly usual: string
  readonly args: readonly string[]
  readonly tool: readonly [string, ...string[]]
  readonly package: string
  readonly configured: boolean
  readonly none: string
  readonly judged: readonly number[]
  readonly report: Check["report"]
  readonly comments?: string
}

function byScriptOrTool(files: NodeFiles, about: Tool): Found {
  const version = files.version(about.package)
  const { judged, report, args, script, comments } = about
  const silencing = comments === undefined ? {} : { comments }
  const found = (command: readonly string[], tool: Check["tool"]): Check => ({
    tool: { ...tool, ...silencing },
    command,
    judged,
    report,
  })
  const [name] = about.tool
  const installed = { name, version: version ?? "unknown", package: about.package }
  const text = files.scripts[script]
  if (text !== undefined) {
    const by = {
      script: `${files.manager.name} run ${script}`,
      started: { name: script, text, expects: name },
    }
    // What is not installed did not run: the evidence names the program that the script starts.
    const ran = version === undefined ? { name: programOf(text), version: "unknown" } : installed
    return found(files.manager.run(script, args), { ...ran, ...by })
  }
  // A missing script that signalbox.yaml names is never a reason to skip.
  if (script !== about.usual) return { undetermined: `package.json has no script ${JSON.stringify(script)}` }
  if (!about.configured) return { notApplicable: about.none }
  if (version === undefined) return { undetermined: `${about.package} is configured, and not installed` }
  return found(started(files, about.package, about.tool, args), installed)
}

/** The command that starts a program of an installed package. */
export function started(
  { manager, ofRoot }: NodeFiles,
  packageName: string,
  [program, ...first]: readonly [string, ...string[]],
  args: readonly string[],
): readonly string[] {
  return manager.exec(program, [...first, ...args], ofRoot?.(packageName))
}

function programOf(script: string): string {
  return posix.basename(lastCommand(script)?.[0] ?? "npm")
}

interface Tests {
  readonly unit: Found
  readonly coverage: Found
}

function tests(files: NodeFiles, script: string): Tests {
  const isNamed = script !== usual.coverage
  const names = isNamed ? [script] : [script, ...testScripts]
  const name = names.find((one) => !isPlaceholder(files.scripts[one]))
  if (name === undefined)
    return both(
      isNamed
        ? { undetermined: `package.json has no script ${JSON.stringify(script)}` }
        : { notApplicable: `no script ${script} or test` },
    )
  const run = (args: readonly string[]) => files.manager.run(name, args)
  const found = runnerOf(files.scripts[name] ?? "", files.choosesFiles, run)
  if (found === null)
    return both({
      undetermined: `the script ${JSON.stringify(name)} starts none of vitest, jest, mocha and node --test by itself`,
    })
  const { runner } = found
  const started = { name, text: files.scripts[name] ?? "", expects: runner.name }
  const unit = check(files, found, runner.tests, started)
  if (runner.coverage === null)
    return { unit, coverage: { undetermined: `${runner.name} measures no coverage by itself` } }
  const coverage = check(files, found, runner.coverage, started)
  return { unit, coverage: runner.loadedOnly ? { ...coverage, loadedOnly: true } : coverage }
}

/** Lines that count as covered, or not at all, because a comment says so. */
const coverageComments = "(?://|/?\\*)\\s*(?:(?:v8|c8|istanbul) ignore|node:coverage (?:ignore|disable))\\b"

/** No script, or what `npm init` writes where there are no tests. */
function isPlaceholder(script: string | undefined): boolean {
  return script === undefined || /no test specified/i.test(script)
}

function check(
  files: NodeFiles,
  { runner, command, byScript }: Started,
  report: Check["report"],
  started: NonNullable<Check["tool"]["started"]>,
): Check {
  const version = runner.package === null ? files.node : (files.version(runner.package) ?? "unknown")
  const tool = {
    ...{ name: runner.name, version, comments: coverageComments },
    ...(runner.package === null ? {} : { package: runner.package }),
    // Node's own runner is started with the words of the script, and not by it.
    ...(byScript ? { script: `${files.manager.name} run ${started.name}`, started } : {}),
  }
  return { tool, command, judged: [0, 1], report }
}

function both(why: NotApplicable | Undetermined): Tests {
  return { unit: why, coverage: why }
}
