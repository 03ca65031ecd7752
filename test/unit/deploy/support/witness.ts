import { expect } from "vitest"
import { configMapPath } from "../../../../src/deploy/cluster/index.ts"
import { planOf, type StoredJournal, sameSet } from "../../../../src/deploy/state/index.ts"
import type { StepResult, StepTools } from "../../../../src/deploy/steps/tools.ts"
import { type Plan, planHash, type ReleaseDigests } from "../../../../src/domain/index.ts"
import { namespace } from "./session.ts"
import type { Point } from "./simulated-release.ts"
import { type Simulation, simulatedActions } from "./simulation.ts"

/** What others do while a test of ours runs. */
export type Meddling = "environment" | "image" | "service" | "upgrade"

/**
 * Watches a simulation for what must never happen: a rollback to what was never verified, an operation without the
 * approval that was given for another one, less traffic than before it, a verification over what others have changed.
 */
export class Witness {
  readonly #simulation: Simulation
  readonly #approved = new Map<string, Plan>()
  /** By operation: whether the Service was there when it began. */
  readonly #served = new Map<string, boolean>()
  #byOthers = false
  /** What others do during the next test, once. */
  meddling: Meddling | null = null
  /** Operation in whose last test others did something, and Helm's newest revision after that. */
  #disturbed: string | null = null
  #disturbedAt = 0

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    const point = simulation.api.onWrite
    simulation.api.onWrite = (path, done) => {
      point(path, done)
      if (done && path === configMapPath(namespace, "signalbox-journal")) this.#journalWritten()
    }
  }

  /** Tools that do what they do, and let others act while a test runs. */
  tools(point: Point): Partial<StepTools> {
    const { release } = this.#simulation
    const actions = simulatedActions(release, null, () => {})
    const tested = async (test: Promise<StepResult>): Promise<StepResult> => {
      const result = await test
      this.#meddle()
      return result
    }
    return {
      smoke: (...args) => tested(actions.smoke(...args)),
      load: (...args) => tested(actions.load(...args)),
      returnTo: (set) => {
        this.#returnsTo(set)
        return release.upgrade(set.version, point)
      },
    }
  }

  /** A person looks at the plan, and approves it. @returns the hash. */
  async approve(version: string): Promise<`sha256:${string}`> {
    const plan = await this.#simulation.planOf(version)
    const hash = planHash(plan)
    this.#approved.set(hash, plan)
    return hash
  }

  /** Before anything is brought back. */
  #returnsTo(set: ReleaseDigests): void {
    const { entries } = this.#simulation.ledger()
    expect(entries.some((entry) => entry.outcome === "verified" && sameSet(entry.set, set))).toBe(true)
  }

  /** Others act between calls. */
  others(act: () => void): void {
    act()
    this.#byOthers ||= !this.#simulation.inTraffic()
  }

  /** After each call, whether its driver has died or not. @param approve what the caller had approved. */
  look(outcome: string | null, approve: string | null, call: string): void {
    const journal = this.#simulation.journal()
    if (journal === null) return
    if (journal.operation === call && journal.kind !== "rollback" && approve !== null)
      this.#covered(journal, approve)
    if (this.#served.get(journal.operation) === true && !this.#byOthers)
      expect(this.#simulation.inTraffic()).toBe(true)
    // What was rolled out once more since is as it was planned, and was tested anew.
    if (this.#newest() > this.#disturbedAt) this.#disturbed = null
    if (outcome === "verified") expect(this.#disturbed).not.toBe(journal.operation)
  }

  #covered(journal: StoredJournal, approve: string): void {
    expect([journal.planHash, journal.approved]).toContain(approve)
    const approved = this.#approved.get(approve)
    expect(approved !== undefined && sameSet(approved.target, planOf(journal).target)).toBe(true)
  }

  #journalWritten(): void {
    const journal = this.#simulation.journal()
    if (journal === null || this.#served.has(journal.operation)) return
    this.#served.set(journal.operation, this.#simulation.inTraffic())
    this.#byOthers = false
  }

  #meddle(): void {
    const { release } = this.#simulation
    const journal = this.#simulation.journal()
    if (this.meddling === null || journal === null) return
    this.#disturbed = journal.operation
    switch (this.meddling) {
      case "environment":
        release.editEnvironment()
        break
      case "image":
        release.editImage()
        break
      case "service":
        release.deleteService()
        this.#byOthers = true
        break
      case "upgrade":
        // Another version: the same one once more would be what was tested.
        release.foreign(release.runs() === "good-5" ? "good-2" : "good-5")
        break
    }
    this.#disturbedAt = this.#newest()
    this.meddling = null
  }

  #newest(): number {
    return this.#simulation.revisions().at(-1)?.revision ?? 0
  }
}
