import { z } from "zod"
import { tomlIn } from "../toml.ts"
import { type Locked, type LockedNode, type Need, split } from "./lock-graph.ts"
import { eachOnce, type LockedPackage, normalName } from "./names.ts"
import type { PyProject } from "./pyproject.ts"

/** `">=1"`, a table with `extras`, or several of them for different machines. */
const dependency = z.looseObject({ extras: z.array(z.string()).default([]) })
const dependencies = z
  .record(z.string(), z.union([z.string(), dependency, z.array(z.union([z.string(), dependency]))]))
  .default({})

const shape = z.looseObject({
  package: z
    .array(
      z.looseObject({
        name: z.string(),
        version: z.string(),
        dependencies,
        extras: z.record(z.string(), z.array(z.string())).default({}),
        // From lock-version 2.1 on: the groups that it is installed with.
        groups: z.array(z.string()).optional(),
        source: z.looseObject({ type: z.string(), url: z.string().default("") }).optional(),
      }),
    )
    .default([]),
  metadata: z.looseObject({ "lock-version": z.string() }),
})

type Packages = z.output<typeof shape>["package"]

/** A `poetry.lock`. It does not say in every version which packages are for production: pyproject.toml does. @throws CONFIG_INVALID */
export function poetryLocked(
  text: string,
  file: string,
  project: PyProject,
  extras: readonly string[],
  groups: readonly string[] = [],
): Locked {
  const packages = tomlIn(text, file, shape).package
  const roots = [
    ...project.dependencies,
    ...extras.flatMap((extra) => project.extras[normalName(extra)] ?? []),
  ]
  const directories = packages.flatMap(({ source }) => (source?.type === "directory" ? [source.url] : []))
  const wanted = roots.map((name) => ({ name, extras: allExtras(packages, name) }))
  const all = split(packages.map(nodeOf), wanted, directories, file)
  const entries = Map.groupBy(packages, keyOf)
  const isOfImage = ({ groups: own }: Packages[number]) =>
    own?.some((group) => group === "main" || groups.includes(group)) ?? true
  // An extra that nobody asks for may name what only checks have: its group tells that no image gets it.
  const isInstalled = (one: LockedPackage) => entries.get(keyOf(one))?.some(isOfImage) === true
  const none = all.production.filter((one) => !isInstalled(one))
  return {
    ...all,
    production: all.production.filter(isInstalled),
    development: eachOnce([...all.development, ...none]),
  }
}

const keyOf = ({ name, version }: LockedPackage): string => `${normalName(name)} ${version}`

/** The lock file does not repeat which extras the project asks for: all count that it has packages of. */
function allExtras(packages: Packages, name: string): readonly string[] {
  return packages.filter((one) => normalName(one.name) === name).flatMap(({ extras }) => Object.keys(extras))
}

function nodeOf({ name, version, dependencies: all, extras }: Packages[number]): LockedNode {
  return {
    name: normalName(name),
    version,
    needs: Object.entries(all).map(([needed, how]) => ({
      name: normalName(needed),
      extras: [how].flat().flatMap((one) => (typeof one === "string" ? [] : one.extras)),
    })),
    extras: Object.fromEntries(
      Object.entries(extras).map(([extra, needs]) => [normalName(extra), needs.map(needOf)]),
    ),
  }
}

/** `watchfiles (>=0.13)`, `httpx[http2] (>=0.23)`. */
function needOf(text: string): Need {
  const [, name = "", extras = ""] = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?/.exec(text) ?? []
  return { name: normalName(name), extras: extras.split(",").flatMap((one) => one.trim() || []) }
}
