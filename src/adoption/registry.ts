import type { AssumedSetting, Origin } from "../domain/index.ts"

/** Hosts of repositories that have a registry of their own, below which the owner's images lie. */
const registries: Readonly<Record<string, string>> = {
  "github.com": "ghcr.io",
  "gitlab.com": "registry.gitlab.com",
}

/** The registry that comes with the repository's host; undefined where none is known. */
export function registryOf(origin: Origin | undefined): AssumedSetting | undefined {
  const { host = "", owner } = origin ?? {}
  const registry = Object.hasOwn(registries, host) ? registries[host] : undefined
  if (registry === undefined || owner === undefined) return undefined
  const value = `${registry}/${owner.toLowerCase()}`
  return { setting: "registry", value, because: `the remote origin is on ${host}` }
}
