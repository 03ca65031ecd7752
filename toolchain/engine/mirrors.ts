import { network } from "../network.ts"

/** Where the engine looks first for images of a registry: host of the registry → host:port, with a path or without. */
export type Mirrors = Readonly<Record<string, string>>

/** The lines of Buildkit's configuration on registries: the local one speaks plain HTTP, others may have a mirror. */
export function registryLines(mirrors: Mirrors): readonly string[] {
  return [
    `[registry."${network.registry}"]`,
    "http = true",
    ...Object.entries(mirrors).flatMap(([registry, mirror]) => [
      `[registry."${registry}"]`,
      `mirrors = [${JSON.stringify(mirror)}]`,
    ]),
  ]
}
