/** Which tools a component's own files configure, and how; from their text alone. */

/** The files of a component that decide how it is checked. */
export interface PythonFiles {
  /** Names in the component's directory, without subdirectories. */
  readonly names: readonly string[]
  /** `[tool.NAME]` of pyproject.toml. */
  readonly tools: Readonly<Record<string, unknown>>
  /** Text of those of `settingsFiles` that it has, by name. */
  readonly texts: Readonly<Record<string, string>>
  /** Whether it has files with tests. */
  readonly hasTests: boolean
  /** Version of a package as the lock file has it; undefined where it is not installed. */
  version(name: string): string | undefined
  /** Tools whose settings are those of the workspace's root, in its pyproject.toml, and tools whose settings nobody reads there. */
  readonly root?: { readonly tools: readonly ToolName[]; readonly unread: readonly ToolName[] }
}

/** Files of a workspace's root in which tools find their settings by looking upwards. */
export const rootSettings: readonly string[] = ["pyproject.toml", "ruff.toml", ".ruff.toml", "pytest.ini"]

/** Tools that find the settings of a directory above, or are told where they are. */
const foundAbove: readonly ToolName[] = ["ruff", "black", "mypy", "pytest", "coverage"]

/** The files with settings of tools that are read. */
export const settingsFiles: readonly string[] = [
  ...["setup.cfg", "tox.ini", "pytest.ini", ".pytest.ini", "mypy.ini", ".mypy.ini"],
  ...["ruff.toml", ".ruff.toml", ".flake8", ".coveragerc"],
]

/** Files whose name or section is that of one tool. */
interface Places {
  /** Files that are of this tool alone. */
  readonly files: readonly string[]
  /** Sections of setup.cfg and tox.ini: `mypy`, `tool:pytest`. */
  readonly sections: readonly string[]
  readonly table: string
}

const places = {
  ruff: { files: ["ruff.toml", ".ruff.toml"], sections: [], table: "ruff" },
  black: { files: [], sections: [], table: "black" },
  flake8: { files: [".flake8"], sections: ["flake8"], table: "flake8" },
  mypy: { files: ["mypy.ini", ".mypy.ini"], sections: ["mypy"], table: "mypy" },
  pyright: { files: ["pyrightconfig.json"], sections: [], table: "pyright" },
  pytest: { files: ["pytest.ini", ".pytest.ini"], sections: ["tool:pytest", "pytest"], table: "pytest" },
  coverage: { files: [".coveragerc"], sections: ["coverage:run", "coverage:report"], table: "coverage" },
} as const satisfies Readonly<Record<string, Places>>

export type ToolName = keyof typeof places

/** The first place that has settings of a tool, as a message names it; undefined where none has. */
export function settingsOf(files: PythonFiles, tool: ToolName): string | undefined {
  const { files: own, sections, table } = places[tool]
  const file = own.find((name) => files.names.includes(name))
  if (file !== undefined) return file
  if (table in files.tools) return `[tool.${table}] of pyproject.toml`
  for (const name of ["setup.cfg", "tox.ini"])
    for (const section of sections)
      if (sectionIn(files.texts[name] ?? "", section) !== null) return `[${section}] of ${name}`
  return undefined
}

/**
 * The files of a member with what the root of its workspace says of tools that it says nothing of itself: settings count whole, as for
 * the tools.
 */
export function withRoot(files: PythonFiles, root: Pick<PythonFiles, "names" | "tools">): PythonFiles {
  const above: PythonFiles = { ...files, names: root.names, tools: root.tools, texts: {} }
  const all = Object.keys(places) as ToolName[]
  const ofRoot = all.filter(
    (tool) => settingsOf(files, tool) === undefined && settingsOf(above, tool) !== undefined,
  )
  const isRead = (tool: ToolName): boolean =>
    foundAbove.includes(tool) &&
    (places[tool].table in root.tools || rootFile(tool, root.names) !== undefined)
  const tools = ofRoot.filter(isRead)
  const tables = tools.flatMap((tool) => {
    const { table } = places[tool]
    return table in root.tools || rootFile(tool, root.names) !== undefined
      ? [[table, root.tools[table] ?? {}] as const]
      : []
  })
  return {
    ...files,
    tools: { ...files.tools, ...Object.fromEntries(tables) },
    root: { tools, unread: ofRoot.filter((tool) => !isRead(tool)) },
  }
}

/** The file of a tool alone that it finds above. */
function rootFile(tool: ToolName, names: readonly string[]): string | undefined {
  return places[tool].files.find((name: string) => rootSettings.includes(name) && names.includes(name))
}

/** Whether one of some settings of a tool is set, wherever its settings are. */
export function sets(files: PythonFiles, tool: ToolName, keys: readonly string[]): boolean {
  const { files: own, sections, table } = places[tool]
  if (own.some((name) => keys.some((key) => isSet(files.texts[name] ?? "", key)))) return true
  if (keys.some((key) => hasKey(files.tools[table], key))) return true
  return ["setup.cfg", "tox.ini"].some((name) =>
    sections.some((section) => {
      const text = sectionIn(files.texts[name] ?? "", section)
      return text !== null && keys.some((key) => isSet(text, key))
    }),
  )
}

/** Everything that pytest is always started with (`addopts`). */
export function addedOptions(files: PythonFiles): string {
  const table = JSON.stringify(files.tools.pytest ?? {})
  const texts = ["pytest.ini", ".pytest.ini", "setup.cfg", "tox.ini"].map((name) => files.texts[name] ?? "")
  return [table, ...texts.map(optionsIn)].join("\n")
}

function optionsIn(text: string): string {
  return /^addopts\s*=(.*(?:\n[ \t]+.*)*)/m.exec(text)?.[1] ?? ""
}

function sectionIn(text: string, section: string): string | null {
  const lines = text.split(/\r?\n/)
  const start = lines.findIndex((line) => line.trim() === `[${section}]`)
  if (start < 0) return null
  const end = lines.findIndex((line, index) => index > start && /^\[[^\]]+\]/.test(line))
  return lines.slice(start + 1, end < 0 ? undefined : end).join("\n")
}

function isSet(text: string, key: string): boolean {
  return new RegExp(`^${key}\\s*[=:]`, "m").test(text)
}

/** At any depth: `[tool.coverage.run] source`. */
function hasKey(value: unknown, key: string): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false
  return key in value || Object.values(value).some((one) => hasKey(one, key))
}
