import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { tomlIn } from "../toml.ts"
import { type Locked, type LockedNode, type Need, split } from "./lock-graph.ts"
import { normalName } from "./names.ts"

const need = z.looseObject({ name: z.string(), extra: z.array(z.string()).default([]) })
const needs = z.array(need).default([])

const source = z.looseObject({
  virtual: z.string().optional(),
  editable: z.string().optional(),
  directory: z.string().optional(),
})

const shape = z.looseObject({
  version: z.literal(1),
  package: z
    .array(
      z.looseObject({
        name: z.string(),
        /** Left out where the project has it computed. */
        version: z.string().default("0"),
        source: source.default({}),
        dependencies: needs,
        "optional-dependencies": z.record(z.string(), needs).default({}),
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
