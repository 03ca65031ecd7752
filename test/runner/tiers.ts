/** One of the four kinds of tests; each has the directory `test/<id>/`. */
export interface Tier {
  readonly id: "unit" | "engine" | "cluster" | "faults"
  /** What has to run before its first test. */
  readonly needs: "nothing" | "engine" | "cluster"
  /** Files that run at once; `all` is one for each core. */
  readonly parallel: number | "all"
  /** Seconds after which no further file of this tier starts, unless everything was asked for. */
  readonly budget: number
  /** Milliseconds for one test, and for its set-up, unless it says otherwise. */
  readonly timeout: number
}

const minute = 60_000

export const tiers: readonly Tier[] = [
  { id: "unit", needs: "nothing", parallel: "all", budget: 120, timeout: minute / 2 },
  { id: "engine", needs: "engine", parallel: 2, budget: 540, timeout: 5 * minute },
  { id: "cluster", needs: "cluster", parallel: 1, budget: 600, timeout: 10 * minute },
  { id: "faults", needs: "cluster", parallel: 1, budget: 300, timeout: 15 * minute },
]
