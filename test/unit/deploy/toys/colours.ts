import { type ClusterApi, configMapPath } from "../../../../src/deploy/cluster/index.ts"
import type { Revision } from "../../../../src/deploy/helm/index.ts"
import type { World } from "../../../../src/deploy/world/index.ts"
import type { ReleaseDigests } from "../../../../src/domain/index.ts"

export const colours = ["blue", "green"] as const
export type Colour = (typeof colours)[number]

/** A world of two Helm releases, of which one serves. Strategy and steps of the toy know it; nobody else does. */
export interface ColouredWorld extends World {
  /** Null: none serves yet. */
  readonly serving: Colour | null
  /** Newest revision of each. */
  readonly newest: Readonly<Record<Colour, Revision | null>>
}

/** Where the next release comes to. */
export function idleOf({ serving }: ColouredWorld): Colour {
  return serving === "blue" ? "green" : "blue"
}

/** The colour whose newest revision is a set, complete; null where none is. */
export function colourOf({ newest }: ColouredWorld, set: ReleaseDigests): Colour | null {
  return (
    colours.find((one) => newest[one]?.status === "deployed" && newest[one].manifests === set.manifests) ??
    null
  )
}

/** Numbers of revisions: the two releases' own ones would be the same. */
export const numberOf = (colour: Colour, revision: number) => 2 * revision + colours.indexOf(colour)
export const colourIn = (number: number): Colour => (number % 2 === 0 ? "blue" : "green")
export const inHelm = (number: number) => Math.floor(number / 2)

const pointer = "traffic"

/** Which colour serves. */
export async function servingColour(api: ClusterApi, namespace: string): Promise<Colour | null> {
  const data = (await api.get(configMapPath(namespace, pointer)))?.data as { to?: string } | undefined
  return colours.find((one) => one === data?.to) ?? null
}

/** The one change that leads traffic to another colour; null: to none. */
export async function lead(api: ClusterApi, namespace: string, to: Colour | null): Promise<void> {
  const path = configMapPath(namespace, pointer)
  const there = await api.get(path)
  if (to === null) {
    await api.remove(path)
    return
  }
  const object = { metadata: { name: pointer, namespace, ...there?.metadata }, data: { to } }
  await (there === null ? api.create(configMapPath(namespace), object) : api.replace(path, object))
}
