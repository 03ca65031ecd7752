/** Which files of a component its tests should cover: its code, without tests, settings of tools and what is generated. */

const anywhere = ["tests", "test", "testing", "migrations", "__pycache__", "node_modules", "site-packages"]
/** Only directly below the component: a directory of that name further down may hold its code. */
const atTop = ["docs", "doc", "examples", "scripts", "tools", "build", "dist", "venv", "env"]
const notCode = ["setup.py", "conftest.py", "manage.py", "noxfile.py", "fabfile.py", "tasks.py", "tests.py"]

/** @param path relative to the component */
export function isSourceFile(path: string): boolean {
  const directories = path.split("/")
  const name = directories.pop() ?? ""
  if (!name.endsWith(".py") || notCode.includes(name) || isTestFile(path)) return false
  const [top] = directories
  if (top !== undefined && atTop.includes(top)) return false
  return !directories.some((one) => one.startsWith(".") || anywhere.includes(one))
}

/** Whether pytest, or Django's own runner, looks for tests in it. */
export function isTestFile(path: string): boolean {
  const name = path.split("/").at(-1) ?? ""
  return /^(?:test_.*|.*_test|tests)\.py$/.test(name)
}

/** The settings of coverage.py for projects that have none: all of its code, and its code alone. */
export const coverageSettings = `[run]
source = .
omit =
    ${[...anywhere.map((name) => `*/${name}/*`), ...atTop.map((name) => `${name}/*`)].join("\n    ")}
    ${["test_*.py", "*_test.py", "*/test_*.py", "*/*_test.py"].join("\n    ")}
    ${notCode.flatMap((name) => [name, `*/${name}`]).join("\n    ")}

[report]
include_namespace_packages = true
`

/** The lines of a file that hold code; an estimate: of a text in triple quotes, every line counts. */
export function codeLines(text: string): number {
  return text.split("\n").filter((line) => !/^\s*(#.*)?$/.test(line)).length
}
