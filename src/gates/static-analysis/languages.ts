/** Languages of which rules may be, as semgrep calls them, and the files that are in them. */
interface CodeLanguage {
  readonly title: string
  /** Other names that semgrep takes. */
  readonly aliases?: readonly string[]
  /** Endings that semgrep knows, the usual one first. */
  readonly endings: readonly string[]
  /** Endings that it does not know: such a file is given to it under the usual one. */
  readonly more?: readonly string[]
  /** Programs that a first line names, and those that start them. */
  readonly interpreters?: readonly string[]
}

export const languages = {
  javascript: {
    title: "JavaScript",
    aliases: ["js"],
    endings: [".js", ".jsx", ".mjs", ".cjs"],
    more: [".es6"],
    interpreters: ["node", "nodejs", "bun"],
  },
  typescript: {
    title: "TypeScript",
    aliases: ["ts"],
    endings: [".ts", ".tsx"],
    more: [".mts", ".cts"],
    interpreters: ["deno", "ts-node", "ts-node-script", "ts-node-esm", "tsx", "npx", "bunx"],
  },
  python: {
    title: "Python",
    aliases: ["py", "python3", "python2"],
    endings: [".py"],
    more: [".pyw"],
    interpreters: ["python", "pythonw", "pypy", "uv", "uvx", "pipx"],
  },
  java: { title: "Java", endings: [".java"], interpreters: ["java"] },
  go: { title: "Go", aliases: ["golang"], endings: [".go"] },
  ruby: { title: "Ruby", aliases: ["rb"], endings: [".rb"], interpreters: ["ruby"] },
  php: { title: "PHP", endings: [".php"], interpreters: ["php"] },
  csharp: { title: "C#", aliases: ["c#"], endings: [".cs"] },
  kotlin: { title: "Kotlin", aliases: ["kt"], endings: [".kt", ".kts"] },
  rust: { title: "Rust", endings: [".rs"] },
  scala: { title: "Scala", endings: [".scala"] },
  swift: { title: "Swift", endings: [".swift"] },
  c: { title: "C", endings: [".c"] },
  cpp: { title: "C++", aliases: ["c++"], endings: [".cpp", ".cc", ".cxx"] },
} as const satisfies Readonly<Record<string, CodeLanguage>>

export type LanguageName = keyof typeof languages
export const languageNames = Object.keys(languages) as readonly LanguageName[]

/** Files with code in them that no rule reads. */
export const mixed: Readonly<Record<string, string>> = {
  ".vue": "components of Vue",
  ".svelte": "components of Svelte",
  ".astro": "pages of Astro",
  ".ipynb": "notebooks of Jupyter",
}

const all: Readonly<Record<LanguageName, CodeLanguage>> = languages

/** By its name or another one. */
export function languageOf(name: string): LanguageName | undefined {
  const wanted = name.toLowerCase()
  return languageNames.find((one) => one === wanted || all[one].aliases?.includes(wanted) === true)
}

/** As select.ts is given them. */
export const fileKinds = languageNames.map((name) => {
  const { title, endings, more = [], interpreters = [] } = all[name]
  return { name, title, endings, more, interpreters }
})
