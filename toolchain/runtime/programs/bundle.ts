import { join } from "node:path"
import { type BuildFailure, build, type Plugin } from "esbuild"
import ts from "typescript"
import { sdkModule } from "./paths.ts"
import { describeMessages, ModuleProblem } from "./problem.ts"

/** Gives code in ES modules the `require` that packages written for CommonJS expect. */
export const requireBanner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'

/**
 * Bundles the files that declare object classes with everything they import. What is imported lazily becomes a chunk
 * of its own, so that a call loads only what it uses.
 * @param entries absolute paths
 * @param out directory that gets one .mjs per entry, at the same relative path, and shared chunks
 * @throws ModuleProblem when something does not parse or resolve
 */
export async function bundleModule(root: string, entries: readonly string[], out: string): Promise<void> {
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [...entries],
      outbase: root,
      outdir: out,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      target: "node24",
      sourcemap: "linked",
      sourcesContent: false,
      // The executor and the registry know classes by their names.
      keepNames: true,
      logLevel: "silent",
      tsconfigRaw: { compilerOptions: compilerOptions(root) },
      banner: { js: requireBanner },
      plugins: [dagger],
    })
  } catch (error) {
    if (isBuildFailure(error)) throw new ModuleProblem(describeMessages(error.errors))
    throw error
  }
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors)

/** One instance of "@dagger.io/dagger" for the module and what runs it. */
const dagger: Plugin = {
  name: "dagger",
  setup({ onResolve }) {
    onResolve({ filter: /^@dagger\.io\/dagger(\/telemetry)?$/ }, () => ({ path: sdkModule, external: true }))
  },
}

/** What decides how the official runtime transforms a module: decorators always, the rest from its tsconfig.json. */
function compilerOptions(root: string): Record<string, unknown> {
  const forced = { experimentalDecorators: true, target: "ES2022" }
  const file = join(root, "tsconfig.json")
  const text = ts.sys.readFile(file)
  if (text === undefined) return forced
  const { config, error } = ts.parseConfigFileTextToJson(file, text)
  if (error)
    throw new ModuleProblem(`tsconfig.json: ${ts.flattenDiagnosticMessageText(error.messageText, "\n")}`)
  const {
    baseUrl,
    paths: mapped,
    useDefineForClassFields,
    jsx,
    jsxImportSource,
  } = config.compilerOptions ?? {}
  return { ...forced, baseUrl, paths: mapped, useDefineForClassFields, jsx, jsxImportSource }
}
