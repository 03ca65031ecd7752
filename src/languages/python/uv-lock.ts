import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { tomlIn } from "../toml.ts"
import { type Locked, type LockedNode, type Need, split } from "./lock-graph.ts"
import { type LockedPackage, normalName } from "./names.ts"

const need = z.looseObject({ name: z.string(), extra: z.array(z.string()).default([]) })
const needs = z.array(need).default([])

const source = z.looseObject({
  virtual: z.string().optional(),
  editable: z.string().optional(),
  directory: z.string().optional(),
})

const shape = z.looseObject({
  version: z.literal(1),
  /** Groups of a workspace's root that is no package itself. */
  manifest: z.looseObject({ "dependency-groups": z.record(z.string(), needs).default({}) }).prefault({}),
  package: z
    .array(
      z.looseObject({
        name: z.string(),
        /** Left out where the project has it computed. */
        version: z.string().default("0"),
        source: source.default({}),
        dependencies: needs,
        "optional-dependencies": z.record(z.string(), needs).default({}),
        "dev-dependencies": z.record(z.string(), needs).default({}),
      }),
    )
    .default([]),
})

type Packages = z.output<typeof shape>["package"]

/** A `uv.lock`. @param extras those of the project that the image has. @throws CONFIG_INVALID */
export function uvLocked(text: string, file: string, extras: readonly string[]): Locked {
  const packages = tomlIn(text, file, shape).package
  const own = packages.filter(({ source: { virtual, editable } }) => virtual === "." || editable === ".")
  const [root] = own
  // A workspace's root without a project of its own has no package: the component is one of its members.
  if (root === undefined || own.length > 1)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${file} has ${own.length} packages that are the component itself`,
      where: file,
      next: "give the workspace's root a [project] that depends on the members that it runs, and lock again",
    })
  const others = packages.filter((one) => one !== root)
  const nodes = others.filter((one) => placeOf(one) === undefined).map(nodeOf)
  const members = others.filter((one) => placeOf(one) !== undefined)
  const roots = [
    ...namesIn(root.dependencies),
    ...extras.flatMap((extra) => namesIn(extrasOf(root)[normalName(extra)] ?? [])),
  ]
  const local = members.flatMap((one) => placeOf(one) ?? [])
  // A member's packages are needed where the member is; it has no version that anybody could look up.
  const beyond = [...nodes, ...members.map(nodeOf)]
  const { production, development } = split(beyond, roots, local, file)
  const isMember = new Set(members.map(({ name }) => normalName(name)))
  const known = ({ name }: { readonly name: string }) => !isMember.has(name)
  return { production: production.filter(known), development: development.filter(known), local }
}

/** Directories of all members of the workspace that a lock file is of, relative to it; the root as `.`, where it is one. */
export function membersOf(text: string, file: string): readonly string[] {
  return tomlIn(text, file, shape).package.flatMap((one) => memberPlace(one) ?? [])
}

/**
 * The package that a member of a workspace is, with the manifests of all members, relative to the workspace's root; undefined where
 * the lock file has no such member.
 */
export function memberIn(
  text: string,
  file: string,
  member: string,
): { readonly package: string; readonly manifests: readonly string[] } | undefined {
  const packages = tomlIn(text, file, shape).package
  const own = packages.find((one) => memberPlace(one) === member)
  if (own === undefined) return undefined
  const places = packages.flatMap((one) => memberPlace(one) ?? [])
  return { package: own.name, manifests: [...new Set([".", ...places])].map(manifestIn) }
}

const manifestIn = (place: string): string => (place === "." ? "pyproject.toml" : `${place}/pyproject.toml`)

/** Members are linked or have no package; any other directory is one that a member names. */
const memberPlace = ({ source: { virtual, editable } }: Packages[number]): string | undefined =>
  virtual ?? editable

/**
 * The packages of one member of a workspace: what it needs, and what its checks need by its own groups and extras and those of
 * the root. What other members need is in the same lock file, and is none of its.
 * @throws CONFIG_INVALID
 */
export function uvLockedMember(
  text: string,
  file: string,
  { member, extras }: { readonly member: string; readonly extras: readonly string[] },
): Locked {
  const { package: packages, manifest } = tomlIn(text, file, shape)
  const own = packages.find((one) => memberPlace(one) === member)
  if (own === undefined)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${file} has no member ${member}`,
      where: file,
      next: "add it to the workspace's members, and lock again",
    })
  const root = packages.find((one) => memberPlace(one) === ".")
  const nodes = packages.filter((one) => one !== own).map(nodeOf)
  const roots = [
    ...namesIn(own.dependencies),
    ...extras.flatMap((extra) => namesIn(extrasOf(own)[normalName(extra)] ?? [])),
  ]
  const checks = [
    extrasOf(own),
    own["dev-dependencies"],
    root?.["dev-dependencies"],
    manifest["dependency-groups"],
  ]
  const more = checks.flatMap((groups) => Object.values(groups ?? {}).flatMap(namesIn))
  const { production } = split(nodes, roots, [], file)
  const all = split(nodes, [...roots, ...more.filter(({ name }) => name !== normalName(own.name))], [], file)
  const key = ({ name, version }: LockedPackage) => `${name}==${version}`
  const inImage = new Set(production.map(key))
  const places = new Map(
    packages.flatMap((one) => {
      const place = placeOf(one)
      return place === undefined ? [] : [[normalName(one.name), place] as const]
    }),
  )
  const isPackage = ({ name }: LockedPackage) => !places.has(name)
  return {
    production: production.filter(isPackage),
    development: all.production.filter((one) => isPackage(one) && !inImage.has(key(one))),
    local: all.production.flatMap(({ name }) => places.get(name) ?? []),
  }
}

function placeOf({ source: { virtual, editable, directory } }: Packages[number]): string | undefined {
  return virtual ?? editable ?? directory
}

function nodeOf(one: Packages[number]): LockedNode {
  return {
    name: normalName(one.name),
    version: one.version,
    needs: namesIn(one.dependencies),
    extras: Object.fromEntries(
      Object.entries(extrasOf(one)).map(([name, all]) => [normalName(name), namesIn(all)]),
    ),
  }
}

const extrasOf = (one: Packages[number]) => one["optional-dependencies"]

function namesIn(all: z.output<typeof needs>): readonly Need[] {
  return all.map(({ name, extra }) => ({ name: normalName(name), extras: extra }))
}
