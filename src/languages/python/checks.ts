import type { Check, NotApplicable, ToolChecks, Undetermined } from "../check.ts"
import { workdir } from "../language.ts"
import { venv, venvPython } from "./places.ts"
import { addedOptions, type PythonFiles, sets, settingsOf, type ToolName } from "./tool-settings.ts"

type Found = Check | NotApplicable | Undetermined

/** Where tools write in the development container. */
const out = "/out"

/** Where the development container has our own program, and settings for projects that have none. */
export const ownFiles = "/signalbox/python"

/** The pyproject.toml of a workspace's root in the development container of a member. */
const rootManifest = `${workdir}/pyproject.toml`

/** Comments that switch a tool off for a line or a file. */
const comments = {
  lint: "#\\s*(?:(?:ruff|flake8)\\s*:\\s*)?noqa\\b|#\\s*fmt:\\s*(?:off|skip)\\b|#\\s*ruff:\\s*(?:ignore|disable)\\b",
  types: "#\\s*type:\\s*ignore\\b|#\\s*mypy:\\s*\\S|#\\s*pyright:\\s*\\S",
  coverage: "#\\s*pragma:\\s*no\\s*(?:cover|branch)\\b",
} as const

/**
 * The checks of a component, by what its own files configure and its lock file installs. A tool that is configured and not
 * locked is never taken from elsewhere: another version of it would judge by other rules tomorrow.
 */
export function checksOf(files: PythonFiles): ToolChecks {
  const { unit, coverage } = tests(files)
  return { typecheck: typecheck(files), lint: lint(files), unit, coverage }
}

function typecheck(files: PythonFiles): Found {
  const unread = notRead(files, ["mypy", "pyright"])
  if (unread !== null) return unread
  const mypy = files.version("mypy")
  const pyright = ["pyright", "basedpyright"].find((name) => files.version(name) !== undefined)
  // The tool that is configured; of two that are, or that are only installed, mypy.
  const isPyright = settingsOf(files, "pyright") !== undefined || mypy === undefined
  if (settingsOf(files, "mypy") === undefined && pyright !== undefined && isPyright)
    return checkOf({
      tool: { name: pyright, version: files.version(pyright) ?? "unknown", comments: comments.types },
      command: [`${venv}/bin/${pyright}`, "--outputjson", "--pythonpath", venvPython],
      report: { format: "pyright-json", path: "stdout.txt", in: "reports" },
    })
  if (mypy === undefined)
    return (
      notLocked(files, ["mypy", "pyright"]) ?? { notApplicable: "neither settings of mypy nor of Pyright" }
    )
  if (!isAtLeast(mypy, 1, 11))
    return { undetermined: `mypy ${mypy} writes no report that can be read: 1.11 is the first that does` }
  const isAbove = files.root?.tools.includes("mypy") === true
  // What the root of a workspace names is there, and not below the member.
  const named = !isAbove && sets(files, "mypy", ["files", "packages", "modules"]) ? [] : ["."]
  const options = [
    ...["--output", "json", "--no-incremental", "--cache-dir", "/tmp/mypy", "--show-absolute-path"],
    ...(isAbove ? ["--config-file", rootManifest] : []),
  ]
  return checkOf({
    tool: { name: "mypy", version: mypy, comments: comments.types },
    command: [venvPython, "-m", "mypy", ...options, ...named],
    // 2: code that cannot be parsed, which is named like other findings; else nothing is named, and that is an error.
    judged: [0, 1, 2],
    report: { format: "mypy-json", path: "stdout.txt", in: "reports" },
  })
}

/** Linters and formatters that judge together: see lint/main.ts. */
function lint(files: PythonFiles): Found {
  const has = (tool: ToolName) => files.version(tool) !== undefined
  const formats = has("ruff") && setsFormat(files) && !has("black")
  const missing = notRead(files, ["ruff", "black", "flake8"]) ?? notLocked(files, ["ruff", "black", "flake8"])
  if (missing !== null) return missing
  const tools = [
    ...(has("ruff") ? ["ruff"] : []),
    ...(formats ? ["ruff-format"] : []),
    ...(has("black") ? ["black"] : []),
    ...(has("flake8") ? ["flake8"] : []),
  ]
  const [first] = tools
  if (first === undefined) return { notApplicable: "neither Ruff, Black nor Flake8 is configured or locked" }
  const names = [...new Set(tools.map((tool) => tool.replace("-format", "")))]
  const version = names.map((name) => files.version(name) ?? "unknown").join(", ")
  return checkOf({
    tool: { name: names.join(", "), version, comments: comments.lint },
    command: ["node", `${ownFiles}/lint/main.ts`, `${out}/lint.sarif`, `${venv}/bin`, ...tools],
    report: { format: "sarif", path: "lint.sarif", in: "reports" },
  })
}

function tests(files: PythonFiles): { readonly unit: Found; readonly coverage: Found } {
  const version = files.version("pytest")
  const unread = notRead(files, ["pytest", "coverage"])
  if (unread !== null) return { unit: unread, coverage: unread }
  if (version === undefined) {
    const why = notLocked(files, ["pytest"]) ?? noTests(files)
    return { unit: why, coverage: why }
  }
  if (!files.hasTests && settingsOf(files, "pytest") === undefined) {
    const why = { notApplicable: "no tests: no test_*.py, *_test.py or tests.py" }
    return { unit: why, coverage: why }
  }
  const measures = files.version("pytest-cov") !== undefined
  // Else its report names files from where its settings are.
  const fromHere = files.root?.tools.includes("pytest") === true ? ["--rootdir=."] : []
  const command = [
    ...[venvPython, "-m", "pytest", ...fromHere, `--junitxml=${out}/junit.xml`, "-o", "junit_family=xunit1"],
    ...["-p", "no:cacheprovider", "--color=no", ...(measures ? measuring(files) : [])],
  ]
  // 2: files with tests that cannot be loaded, which the report names.
  const judged = [0, 1, 2]
  const tool = { name: "pytest", version, comments: comments.coverage }
  const unit = checkOf({
    tool,
    command,
    judged,
    report: { format: "junit", path: "junit.xml", in: "reports" },
  })
  if (!measures)
    return {
      unit,
      coverage: {
        undetermined:
          "pytest-cov is not among the locked packages, and pytest measures no coverage by itself",
      },
    }
  const report = { format: "lcov", path: "lcov.info", in: "reports" } as const
  return { unit, coverage: checkOf({ tool, command, judged, report }) }
}

/** The project's own thresholds are off: the gate has a minimum, and with both exit code 1 would be ambiguous. */
function measuring(files: PythonFiles): readonly string[] {
  const report = [`--cov-report=lcov:${out}/lcov.info`, "--cov-fail-under=0"]
  const isAbove = files.root?.tools.includes("coverage") === true
  if (isAbove)
    return [
      ...(addedOptions(files).includes("--cov") ? [] : ["--cov=."]),
      `--cov-config=${rootManifest}`,
      ...report,
    ]
  if (addedOptions(files).includes("--cov")) return report
  if (sets(files, "coverage", ["source", "source_pkgs", "source_dirs", "include"]))
    return ["--cov", ...report]
  // All of its code, also what no test loads. Its own settings stay where it has any.
  const own = settingsOf(files, "coverage") === undefined ? [`--cov-config=${ownFiles}/coveragerc`] : []
  return ["--cov=.", ...own, ...report]
}

function noTests(files: PythonFiles): NotApplicable | Undetermined {
  return files.hasTests
    ? { undetermined: "there are tests, and pytest is not among the locked packages" }
    : { notApplicable: "no tests: no test_*.py, *_test.py or tests.py" }
}

/** Whether the settings of Ruff say how its formatter writes. */
export function setsFormat(files: PythonFiles): boolean {
  const own = ["ruff.toml", ".ruff.toml"].map((name) => files.texts[name] ?? "")
  return sets(files, "ruff", ["format"]) || own.some((text) => /^\[format[\].]/m.test(text))
}

/** Why nothing can judge, where one of these tools is configured where nobody reads it. */
function notRead({ root }: PythonFiles, tools: readonly ToolName[]): Undetermined | null {
  const tool = tools.find((one) => root?.unread.includes(one) === true)
  return tool === undefined
    ? null
    : {
        undetermined: `the settings of ${tool} lie in the root of the workspace, where it does not look: move them into the component, or into pyproject.toml there`,
      }
}

/** Why nothing can judge, where one of these tools is configured and not locked. */
function notLocked(files: PythonFiles, tools: readonly ToolName[]): Undetermined | null {
  for (const tool of tools) {
    const place = settingsOf(files, tool)
    if (place === undefined || files.version(tool) !== undefined) continue
    return {
      undetermined: `${tool} is configured (${place}), and is not among the locked packages: add it to the development dependencies`,
    }
  }
  return null
}

function checkOf(check: Omit<Check, "judged"> & { readonly judged?: readonly number[] }): Check {
  return { judged: [0, 1], ...check }
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split(".").map(Number)
  return first > major || (first === major && second >= minor)
}
