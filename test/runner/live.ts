import { relative } from "node:path"
import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node"
import { errorText } from "./failures.ts"
import type { TestCaseReport } from "./report.ts"

const heartbeatMs = 15_000
/** Lines that a failed file printed and that are shown with the failure. */
const keptLines = 40

export interface LiveReporter extends Reporter {
  /** Every case that has ended so far. */
  readonly cases: readonly TestCaseReport[]
  /** Tells it who prints errors; Vitest calls `onInit` only of reporters of a run that it starts itself. */
  attach(vitest: Vitest): void
  /** Stops the heartbeat. */
  close(): void
}

/**
 * Shows a line per file when it ends, each failure as it happens, and every 15 seconds what still runs; collects the
 * cases for the report.
 */
export function liveReporter(root: string, write: (text: string) => void): LiveReporter {
  const cases: TestCaseReport[] = []
  const running = new Map<string, { readonly name: string; readonly since: number }>()
  const printed = new Map<string, string[]>()
  let logger: Vitest["logger"] | undefined
  const fileOf = (module: TestModule) => relative(root, module.moduleId)
  const timer = setInterval(() => {
    const now = Date.now()
    for (const { name, since } of running.values())
      write(`  … ${name} ${Math.round((now - since) / 1000)} s\n`)
  }, heartbeatMs)
  timer.unref()

  const showFailure = (name: string, module: TestModule, errors: readonly unknown[]) => {
    write(`✗ ${fileOf(module)} > ${name}\n`)
    for (const error of errors) logger?.printError(error, { project: module.project, showCodeFrame: false })
  }

  return {
    cases,
    close: () => clearInterval(timer),
    attach(vitest) {
      logger = vitest.logger
    },
    onUserConsoleLog({ content, taskId = "" }) {
      const file = taskId.split("_")[0] ?? ""
      printed.set(file, [...(printed.get(file) ?? []), ...content.trimEnd().split("\n")].slice(-keptLines))
    },
    onTestModuleStart(module) {
      running.set(module.id, { name: fileOf(module), since: Date.now() })
    },
    onTestCaseReady(test) {
      running.set(test.module.id, { name: `${fileOf(test.module)} > ${test.fullName}`, since: Date.now() })
    },
    onTestCaseResult(test) {
      const one = caseReport(test, fileOf(test.module))
      cases.push(one)
      if (one.state === "failed") showFailure(test.fullName, test.module, test.result().errors ?? [])
    },
    onTestModuleEnd(module) {
      running.delete(module.id)
      const file = fileOf(module)
      const errors = [...module.errors()]
      for (const suite of module.children.allSuites()) errors.push(...suite.errors())
      // A file that cannot even be loaded, or whose set-up fails, has no failed case: it is one itself.
      if (errors.length > 0) {
        const error = errorText(errors)
        cases.push({ name: "(the file itself)", file, state: "failed", seconds: 0, ...(error && { error }) })
        showFailure("(the file itself)", module, errors)
      }
      const own = cases.filter((one) => one.file === file)
      const failed = own.filter((one) => one.state === "failed").length
      const seconds = (module.diagnostic().duration / 1000).toFixed(1)
      write(
        `${failed ? "✗" : "✓"} ${file}  ${own.length} tests${failed ? `, ${failed} failed` : ""}, ${seconds} s\n`,
      )
      if (failed) for (const line of printed.get(module.id) ?? []) write(`    │ ${line}\n`)
    },
  }
}

function caseReport(test: TestCase, file: string): TestCaseReport {
  const { state, errors = [] } = test.result()
  const seconds = (test.diagnostic()?.duration ?? 0) / 1000
  const error = state === "failed" ? errorText(errors) : undefined
  return {
    name: test.fullName,
    file,
    state: state === "pending" ? "skipped" : state,
    seconds,
    ...(error && { error }),
  }
}
