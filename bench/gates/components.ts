import { stringify } from "yaml"
import { type PackageLock, partOfLock } from "./lock.ts"

/** The source of each component that an edit changes. */
export const editedFile = (component: string): string => `components/${component}/src/sum.ts`

export const nameOf = (index: number): string => `part${String(index + 1).padStart(2, "0")}`

/** The packages that a component's checks need: a compiler and a linter. */
const tools = ["typescript", "eslint"]

/** The files that say which components there are, and where they go: nothing goes anywhere here. */
export function configurationOf(count: number): Readonly<Record<string, string>> {
  const components = Array.from({ length: count }, (_, index) => [
    nameOf(index),
    { path: `components/${nameOf(index)}`, language: "node", kind: "service", entry: "src/sum.ts" },
  ])
  const access = { kind: "service-proxy", component: nameOf(0) }
  return {
    "signalbox.yaml": stringify({
      ...{ schemaVersion: 1, project: "growth", registry: "ghcr.io/example" },
      components: Object.fromEntries(components),
      environments: ["staging"],
    }),
    "environments/staging.yaml": stringify({
      ...{ schemaVersion: 1, name: "staging", namespace: "growth", release: "growth", access },
    }),
  }
}

/** A small component by its own files: one source, one test, types, lint and a lock file of its own. */
export function componentFiles(name: string, lock: PackageLock): Readonly<Record<string, string>> {
  const locked = partOfLock(name, tools, lock)
  const { devDependencies } = locked.packages[""]
  const manifest = {
    ...{ name, version: "1.0.0", private: true, type: "module" },
    scripts: { typecheck: "tsc --noEmit", lint: "eslint .", test: "node --test" },
    devDependencies,
  }
  const compilerOptions = { strict: true, noEmit: true, target: "ES2022", module: "nodenext", types: [] }
  const files = {
    "package.json": json(manifest),
    "package-lock.json": json(locked),
    "tsconfig.json": json({ compilerOptions, include: ["src"] }),
    "eslint.config.js": 'export default [{ rules: { "no-unused-vars": "error" } }]\n',
    "src/sum.ts": `/** The sum of numbers, as ${name} needs it. */\nexport const sum = (...numbers: number[]): number => numbers.reduce((all, one) => all + one, 0)\n`,
    "test/sum.test.js":
      'import assert from "node:assert/strict"\nimport { test } from "node:test"\nimport { sum } from "../src/sum.ts"\n\n' +
      `test("${name} sums", () => assert.equal(sum(1, 2, 3), 6))\n`,
  }
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`components/${name}/${path}`, text]))
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
