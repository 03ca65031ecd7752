import { SignalboxError } from "../../domain/index.ts"
import { directoryOf, languageOf } from "../../languages/index.ts"
import { coverageFormatOf, readCoverage } from "../formats/coverage.ts"
import type { CheckRun, GateContext } from "../gate.ts"

/** A source file that a report of coverage does not name. */
export interface Unmeasured {
  /** Relative to the component. */
  readonly path: string
  /**
   * Lines that count as not covered. Absent where the runner measures files that no test loads: then the project's own
   * settings leave the file out, which is told and not counted.
   */
  readonly lines?: number
}

/** The source files that a report does not name. A report that cannot be read is left to whoever judges it. */
export async function unmeasuredSources(
  context: GateContext,
  name: string,
  { check, report, workdir }: CheckRun,
): Promise<readonly Unmeasured[]> {
  const request = context.request(name)
  const language = await languageOf(request.component)
  const sources = await language.sourceFiles?.(request)
  const files = sources === undefined ? null : namesIn(check.report.format, report)
  if (sources === undefined || files === null) return []
  const measured = new Set(files.map((file) => relativeTo(workdir, file)))
  const left = sources.filter((path) => !measured.has(path)).sort()
  if (check.loadedOnly !== true) return left.map((path) => ({ path }))
  const directory = request.source.directory(directoryOf(request.component))
  return Promise.all(
    left.map(async (path) => ({
      path,
      lines: language.codeLines?.(await directory.file(path).contents()) ?? 0,
    })),
  )
}

function namesIn(format: string, report: readonly string[]): readonly string[] | null {
  try {
    return readCoverage(coverageFormatOf(format), report).files
  } catch (thrown) {
    // The gate reads the report once more, and its error is this one.
    if (thrown instanceof SignalboxError) return null
    throw thrown
  }
}

function relativeTo(workdir: string, file: string): string {
  return file.startsWith(`${workdir}/`) ? file.slice(workdir.length + 1) : file.replace(/^\.\//, "")
}
