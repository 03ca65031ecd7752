/** The linters and formatters that lint/main.ts starts, and how what they print is read. Without imports: it runs in the component's container. */

interface Result {
  readonly ruleId: string
  readonly level: "error"
  readonly message: { readonly text: string }
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string }
        readonly region?: { readonly startLine: number; readonly startColumn: number }
      }
    },
  ]
}

/** One run of a SARIF log. */
export interface Run {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly unknown[] } }
  readonly results: readonly unknown[]
}

export interface Found {
  readonly results: readonly Result[]
  /** Where the tool writes SARIF itself. */
  readonly run?: Run
}

interface Output {
  readonly stdout: string
  readonly stderr: string
}

export interface Judge {
  readonly program: string
  readonly args: readonly string[]
  /** @throws where the output is not what the tool writes. */
  readonly read: (output: Output) => Found
}

export const toolbench = {
  ruff: {
    program: "ruff",
    args: ["check", "--no-fix", "--no-cache", "--output-format", "sarif", "."],
    read: ({ stdout }) => sarifOf(stdout),
  },
  "ruff-format": {
    program: "ruff",
    args: ["format", "--check", "--no-cache", "."],
    read: ({ stdout }) => unformatted(stdout, /^(?:Would reformat: |--> )(?<file>.+?)(?::(?<row>\d+):\d+)?$/),
  },
  black: {
    program: "black",
    args: ["--check", "--no-color", "."],
    read: ({ stderr }) => unformatted(stderr, /^would reformat (?<file>.+)$/),
  },
  flake8: {
    program: "flake8",
    args: ["--format=%(path)s:%(row)d:%(col)d: %(code)s %(text)s", "."],
    read: ({ stdout }) => ({ results: stdout.split("\n").flatMap(flake8Line) }),
  },
} as const satisfies Readonly<Record<string, Judge>>

export function isTool(name: string): name is keyof typeof toolbench {
  return Object.hasOwn(toolbench, name)
}

function sarifOf(text: string): Found {
  const log = JSON.parse(text) as { readonly runs?: readonly Run[] }
  const [run] = log.runs ?? []
  if (run === undefined || !Array.isArray(run.results)) throw new Error("its report has no run")
  return { results: run.results as readonly Result[], run }
}

/** Newer versions of Ruff show each place of a file, older ones and Black its name alone. */
function unformatted(output: string, line: RegExp): Found {
  const places = new Map<string, number | undefined>()
  for (const text of output.split("\n")) {
    const { file, row } = line.exec(text.trim())?.groups ?? {}
    if (file !== undefined && !places.has(file)) places.set(file, row === undefined ? undefined : Number(row))
  }
  return {
    results: [...places].map(([uri, startLine]) => ({
      ruleId: "format",
      level: "error",
      message: { text: "the formatter would write this file in another form" },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri },
            ...(startLine === undefined ? {} : { region: { startLine, startColumn: 1 } }),
          },
        },
      ],
    })),
  }
}

function flake8Line(line: string): readonly Result[] {
  const [, file, row, column, code, text] = /^(?:\.\/)?(.+?):(\d+):(\d+): (\w+) (.*)$/.exec(line) ?? []
  if (file === undefined || code === undefined || text === undefined) return []
  const region = { startLine: Number(row), startColumn: Number(column) }
  return [
    {
      ruleId: code,
      level: "error",
      message: { text },
      locations: [{ physicalLocation: { artifactLocation: { uri: file }, region } }],
    },
  ]
}
