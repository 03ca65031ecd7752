/**
 * How far the code that a call runs is trusted. Part of every cache volume's name, so that a release never reads what a
 * fork's pull request wrote into a cache.
 */
export const trustLevels = ["fork", "branch", "release"] as const
export type Trust = (typeof trustLevels)[number]

/** Name of the cache volume for a purpose, such as one package manager's downloads, at a level of trust. */
export function cacheName(purpose: string, trust: Trust): string {
  return `signalbox-${purpose}-${trust}`
}
