import { z } from "zod"
import { tomlIn } from "../toml.ts"
import { normalName } from "./names.ts"

const table = z.record(z.string(), z.unknown())
const poetryGroup = z.looseObject({ dependencies: table.default({}) })

const shape = z.looseObject({
  project: z
    .looseObject({
      name: z.string().optional(),
      "requires-python": z.string().optional(),
      dependencies: z.array(z.string()).default([]),
      "optional-dependencies": z.record(z.string(), z.array(z.string())).default({}),
    })
    .optional(),
  "dependency-groups": z.record(z.string(), z.array(z.unknown())).default({}),
  tool: z
    .looseObject({
      poetry: z
        .looseObject({
          name: z.string().optional(),
          dependencies: table.default({}),
          "dev-dependencies": table.default({}),
          group: z.record(z.string(), poetryGroup).default({}),
          extras: z.record(z.string(), z.array(z.string())).default({}),
        })
        .optional(),
    })
    .catchall(z.unknown())
    .default({}),
})

/** What of a `pyproject.toml` counts for installations, checks and builds. */
export interface PyProject {
  /** The versions of Python that it says it runs on; undefined where it does not say. */
  readonly python?: string | undefined
  /** Names of the packages that it needs in production, and by extra. */
  readonly dependencies: readonly string[]
  readonly extras: Readonly<Record<string, readonly string[]>>
  /** Names of groups of packages that no production has. */
  readonly groups: readonly string[]
  /** Settings of tools: `[tool.NAME]`. */
  readonly tools: Readonly<Record<string, unknown>>
}

/** @throws CONFIG_INVALID */
export function pyprojectIn(text: string, file: string): PyProject {
  const { project, tool, "dependency-groups": groups } = tomlIn(text, file, shape)
  const { poetry } = tool
  const { python, ...poetryDependencies } = poetry?.dependencies ?? {}
  const legacy = Object.keys(poetry?.["dev-dependencies"] ?? {}).length === 0 ? [] : ["dev"]
  const named = new Set([
    ...(project?.dependencies ?? []).map(nameIn),
    ...Object.entries(poetryDependencies)
      .filter(([, value]) => !isOptional(value))
      .map(([name]) => normalName(name)),
  ])
  const poetryExtras = Object.entries(poetry?.extras ?? {})
  const extras = [...Object.entries(project?.["optional-dependencies"] ?? {}), ...poetryExtras]
  return {
    python: project?.["requires-python"] ?? poetryPython(python),
    dependencies: [...named],
    extras: Object.fromEntries(extras.map(([name, all]) => [normalName(name), all.map(nameIn)])),
    groups: [
      ...new Set([...Object.keys(groups), ...Object.keys(poetry?.group ?? {}), ...legacy].map(normalName)),
    ].filter((name) => name !== "main"),
    tools: tool,
  }
}

/** The name that a requirement begins with: `uvicorn[standard]>=0.30; python_version > "3"`. */
function nameIn(requirement: string): string {
  return normalName(/^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(requirement)?.[1] ?? "")
}

function isOptional(value: unknown): boolean {
  return typeof value === "object" && value !== null && "optional" in value && value.optional === true
}

function poetryPython(value: unknown): string | undefined {
  if (typeof value === "string") return value
  const told = z.looseObject({ version: z.string() }).safeParse(value)
  return told.data?.version
}
