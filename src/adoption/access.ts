import type { FoundComponent } from "../languages/index.ts"

/** What people usually call the part that users reach. */
const usual = ["web", "frontend", "gateway", "api-gateway", "proxy", "ui", "client", "app", "site", "api"]

/** The component that tests reach first: the only one, one with a usual name, or else the first. */
export function reachedComponent(components: readonly Pick<FoundComponent, "name">[]): {
  readonly component: string
  readonly because: string
} {
  const names = components.map(({ name }) => name)
  const [first = "app"] = names
  if (names.length === 1) return { component: first, because: "the only component" }
  const exact = usual.find((name) => names.includes(name))
  // What stands before it is often the project's name: shop-api-gateway.
  const named = exact ?? usual.flatMap((one) => names.find((name) => name.endsWith(`-${one}`)) ?? [])[0]
  return named === undefined
    ? { component: first, because: "the first component: name the one that users reach" }
    : { component: named, because: "by its name, the one that users reach" }
}
