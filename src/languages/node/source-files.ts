/**
 * Which files of a component its tests should cover: its code, without tests, settings and what is generated. Without
 * imports, because Vitest also loads it in the component's container.
 */
const extensions = ["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte"]
/** `NAME.test.ts`, `vite.config.ts`, `index.d.ts`. */
const marks = ["test", "spec", "e2e", "bench", "stories", "config", "d"]
const anywhere = ["node_modules", "__tests__", "__mocks__"]
/** Only directly below the component: a directory of that name further down may hold its code. */
const atTop = ["test", "tests", "e2e", "cypress", "coverage", "dist", "build", "out", "public"]

/** As Vitest and Jest take them. */
export const sourcePatterns: readonly string[] = [`**/*.{${extensions.join(",")}}`]
export const notSourcePatterns: readonly string[] = [
  `**/*.{${marks.join(",")}}.*`,
  ...anywhere.map((name) => `**/${name}/**`),
  ...atTop.map((name) => `${name}/**`),
  "**/.*",
  "**/.*/**",
]

/** The same of a path relative to the component. */
export function isSourceFile(path: string): boolean {
  const directories = path.split("/")
  const [top = ""] = directories
  const name = directories.pop() ?? ""
  const [, mark, extension] = /^[^.].*?(?:\.([^.]+))?\.([^.]+)$/.exec(name) ?? []
  if (extension === undefined || !extensions.includes(extension)) return false
  if (mark !== undefined && marks.includes(mark)) return false
  if (directories.length > 0 && atTop.includes(top)) return false
  return !directories.some((one) => one.startsWith(".") || anywhere.includes(one))
}

/** The lines of a file that hold code. An estimate, for runners that do not measure files which no test loads. */
export function codeLines(text: string): number {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "")
  const isCode = (line: string) =>
    !/^(\/\/.*|[{}()[\];,\s]*|import\b.*|export\b.*\bfrom\b.*|["']use \w+["'];?)$/.test(line)
  return code.split("\n").filter((line) => isCode(line.trim())).length
}
