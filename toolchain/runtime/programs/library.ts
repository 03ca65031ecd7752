/**
 * From the client that codegen generated for one schema, makes the file that runs and the declarations that the
 * scanner reads.
 * usage: node library.mjs CLIENT
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { build } from "esbuild"
import ts from "typescript"
import { contextModule, library, paths } from "./paths.ts"

const [client] = process.argv.slice(2)
if (!client) throw new Error("usage: node library.mjs CLIENT")
mkdirSync(paths.library, { recursive: true })

await build({
  entryPoints: [client],
  outfile: library.code,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  logLevel: "error",
  plugins: [
    {
      name: "context",
      setup({ onResolve }) {
        onResolve({ filter: /\/context\.js$/ }, () => ({ path: contextModule, external: true }))
      },
    },
  ],
})

// File by file, without checking: all that a signature can name is annotated. A few helper functions are not, and
// become `any`.
const { outputText } = ts.transpileDeclaration(readFileSync(client, "utf8"), {
  fileName: library.declarations,
  compilerOptions: { removeComments: true, target: ts.ScriptTarget.ES2022 },
})
writeFileSync(library.declarations, outputText)

// Each program that is started once with no work leaves V8's compiled code for those that follow.
for (const program of ["call.mjs", "build.mjs"]) {
  const { status, stderr } = spawnSync(process.execPath, [`${paths.sdk}/${program}`, "warm"], {
    encoding: "utf8",
  })
  if (status !== 0) throw new Error(`${program} does not start: ${stderr}`)
}
