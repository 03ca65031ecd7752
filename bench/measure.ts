import { daggerOutput } from "../test/engine/harness/index.ts"
import type { Pair } from "./report.ts"

/** Prepares without the clock, then returns the seconds of one command. */
export type Way<Subject> = (subject: Subject) => Promise<number>

/** Seconds that some work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** Seconds of one call of the module that a directory belongs to. */
export const call = (directory: string, args: readonly string[]): Promise<number> =>
  seconds(() => daggerOutput(["call", ...args], { cwd: directory, timeout: 900 }))

/** A call whose function was never asked with this argument, and builds nothing: it costs what every call costs. */
export const emptyCall = (directory: string): Promise<number> =>
  call(directory, ["build", "--component", fresh("nothing")])

/** A session with the engine that loads no module: what every command of Dagger's costs. */
export const emptySession = (): Promise<number> => seconds(() => daggerOutput(["core", "version"]))

/** The arguments by which the engine builds a directory with a Dockerfile, as anybody can without us. */
export const dockerBuild = (directory: string): readonly string[] => [
  ...["core", "host", "directory", "--path", directory, "docker-build"],
]

/** An engine that knows nothing but the module: it is loaded before any clock starts, for whoever is measured. */
export async function emptyCache(directory: string): Promise<void> {
  await daggerOutput(["core", "engine", "local-cache", "prune"], { timeout: 600 })
  await daggerOutput(["functions"], { cwd: directory, timeout: 600 })
  await emptyCall(directory)
}

/** A text that was never there before. */
export const fresh = (id: string): string => `${id} ${Date.now()}`

/** Who is first alternates, so that what else happens on the machine hits both. */
export async function inTurn(
  round: number,
  ours: () => Promise<number>,
  other: () => Promise<number>,
): Promise<Pair> {
  if (round % 2 === 0) return { ours: await ours(), other: await other() }
  const second = await other()
  return { ours: await ours(), other: second }
}

/** A line for a person: what each round has given. */
export const pairsText = (pairs: readonly Pair[]): string =>
  `${pairs.map(({ ours, other }) => `${ours.toFixed(2)}/${other.toFixed(2)}`).join(" ")} s`
