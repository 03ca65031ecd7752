/**
 * A reporter of Vitest that reports nothing: Vitest gives reporters its settings before it runs a test. Arguments cannot
 * do what it does: `thresholds: { 100: true }` and thresholds of single files stay on whatever else is set, and `include`
 * given as an argument would replace the project's own.
 */
import { relative } from "node:path"
import { isSourceFile, sourcePatterns } from "./source-files.ts"

interface CoverageProvider {
  readonly options?: { thresholds?: unknown; include?: string[] | undefined }
  /** Since Vitest 4. Before, it counts files that no test loads by itself. */
  isIncluded?(file: string, root?: string): boolean
}

interface Vitest {
  readonly config: { readonly root: string }
  /** Null where coverage is off. */
  readonly coverageProvider?: CoverageProvider | null
}

// biome-ignore lint/style/noDefaultExport: Vitest takes the default export of a reporter's file
export default class CoverageSettings {
  onInit({ config, coverageProvider }: Vitest): void {
    const options = coverageProvider?.options
    if (!coverageProvider || options === undefined) return
    // The gate has a minimum of its own: with both, exit code 1 would not tell whether a test failed.
    options.thresholds = undefined
    const isIncluded = coverageProvider.isIncluded?.bind(coverageProvider)
    if (options.include !== undefined || isIncluded === undefined) return
    // Where the project names no files, Vitest counts only those that a test loads.
    options.include = [...sourcePatterns]
    coverageProvider.isIncluded = (file, root) =>
      isIncluded(file, root) && isSourceFile(relative(config.root, file))
  }
}
