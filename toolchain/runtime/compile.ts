import { join } from "node:path"
import { TypeDefKind } from "@dagger.io/dagger"
import { build, type Plugin } from "esbuild"
import { requireBanner } from "./programs/bundle.ts"
import { library } from "./programs/paths.ts"

const programs = join(import.meta.dirname, "programs")

/** Parts of the official package that nothing reaches while a function runs, and what stands in for them. */
const leftOut: readonly { readonly filter: RegExp; readonly contents: string }[] = [
  {
    // Needed to scan sources, not to run functions; the introspector's classes, which both use, import it.
    filter: /^typescript$/,
    contents: `const none = new Proxy(function () {}, { get: (_, key) => (key === Symbol.toPrimitive ? () => "" : none) })
      export default none`,
  },
  {
    // Downloads a CLI and starts a session: a function runs within one.
    filter: /\/provisioning\/index\.js$/,
    contents: `export function withEngineSession() { throw new Error("a module's function has no session of its own") }`,
  },
]

/** The compiled programs import the client of the schema that they run with. */
const clientOfSchema: Plugin = {
  name: "client-of-schema",
  setup({ onResolve }) {
    onResolve({ filter: /\/client\.gen\.js$/ }, () => ({ path: library.code, external: true }))
  },
}

const standIns: Plugin = {
  name: "stand-ins",
  setup({ onResolve, onLoad }) {
    for (const [index, { filter }] of leftOut.entries())
      onResolve({ filter }, () => ({ path: String(index), namespace: "left-out" }))
    onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: leftOut[Number(path)]?.contents ?? "",
    }))
    onResolve({ filter: /^@opentelemetry\/sdk-node$/ }, () => ({ path: join(programs, "telemetry.ts") }))
  },
}

/** The scanner needs one enum of the generated client, and none of the code that talks to the engine. */
const enumsOnly: Plugin = {
  name: "enums-only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/client\.gen\.js$/ }, () => ({ path: "client", namespace: "enums" }))
    onLoad({ filter: /.*/, namespace: "enums" }, () => ({
      contents: `export const TypeDefKind = ${JSON.stringify(TypeDefKind)}`,
    }))
  },
}

/**
 * Packages that stay outside are required, not imported: before an import, Node searches all of their text for what they
 * export, which takes 160 ms for the compiler.
 */
const required: Plugin = {
  name: "required",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(esbuild|typescript)$/ }, ({ path, namespace }) =>
      namespace === "required" ? { path, external: true } : { path, namespace: "required" },
    )
    onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }))
  },
}

const common = {
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node24",
  outExtension: { ".js": ".mjs" },
  // The runtime knows classes by their names.
  keepNames: true,
  legalComments: "none",
  logLevel: "error",
  banner: { js: requireBanner },
} as const

/** Compiles the SDK's programs, with the packages that they import, into a directory: `/opt/sdk` of the image. */
export async function compilePrograms(out: string): Promise<void> {
  const entry = (name: string) => join(programs, name)
  await build({
    ...common,
    entryPoints: ["call.ts", "context.ts", "dagger.ts"].map(entry),
    outdir: out,
    plugins: [clientOfSchema, standIns],
  })
  await build({
    ...common,
    entryPoints: ["build.ts", "install.ts", "library.ts"].map(entry),
    outdir: out,
    plugins: [enumsOnly, required],
  })
}
