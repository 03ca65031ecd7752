import { nearest, SignalboxError } from "../domain/index.ts"
import { type BackingName, backing, backingNames } from "./backing.ts"

/**
 * The services that are asked for, each once and in the order of the list of all, with those that another one shows.
 * @throws USAGE for a name that is none, or that a component has
 */
export function servicesNamed(
  asked: readonly string[],
  components: readonly string[],
): readonly BackingName[] {
  const named = asked.map((name) => known(name))
  const all = new Set(named.flatMap((name) => [name, ...shown(name)]))
  const clash = [...all].find((name) => components.includes(name))
  if (clash !== undefined)
    throw new SignalboxError("USAGE", {
      what: `a component is called ${clash}, as the service that was asked for`,
      where: `--service ${clash}`,
      next: "leave the service out, and let the component be what it is",
    })
  return backingNames.filter((name) => all.has(name))
}

function shown(name: BackingName): readonly BackingName[] {
  const other = backing(name).shows
  return backingNames.filter((one) => one === other)
}

function known(name: string): BackingName {
  const found = backingNames.find((one) => one === name)
  if (found !== undefined) return found
  const near = nearest(name, backingNames)
  throw new SignalboxError("USAGE", {
    what: `there is no service ${JSON.stringify(name)} for a stack`,
    where: "--service",
    next: near === undefined ? `name one of: ${backingNames.join(", ")}` : `did you mean ${near}?`,
  })
}
