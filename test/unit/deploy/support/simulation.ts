import { parseManifests } from "../../../../src/chart/index.ts"
import { configMapPath } from "../../../../src/deploy/cluster/index.ts"
import { makePlan, type Prepared } from "../../../../src/deploy/driver/commands/preparation.ts"
import { goBack } from "../../../../src/deploy/driver/commands/rollback.ts"
import { deploy } from "../../../../src/deploy/driver/commands/run.ts"
import { withLock } from "../../../../src/deploy/driver/locked.ts"
import { observe } from "../../../../src/deploy/driver/observation.ts"
import type { CommandResult } from "../../../../src/deploy/driver/result.ts"
import { revoke, testedNow } from "../../../../src/deploy/driver/revoke.ts"
import type { DriverSession } from "../../../../src/deploy/driver/session.ts"
import type { Actions } from "../../../../src/deploy/engine/index.ts"
import type { Revision } from "../../../../src/deploy/helm/index.ts"
import {
  deploymentOfRevision,
  fallbackOf,
  type StoredJournal,
  type StoredLedger,
} from "../../../../src/deploy/state/index.ts"
import type { Step } from "../../../../src/deploy/steps/step.ts"
import type { StepResult, StepTools } from "../../../../src/deploy/steps/tools.ts"
import type { Strategy } from "../../../../src/deploy/strategies/strategy.ts"
import {
  type InconclusivePolicy,
  type Plan,
  type ReleaseDigests,
  type ReleaseRecord,
  SignalboxError,
} from "../../../../src/domain/index.ts"
import { MemoryApi } from "./memory-api.ts"
import { MemoryClock } from "./memory-clock.ts"
import { type MemoryCall, memorySession, namespace } from "./session.ts"
import { manifestOf, setOf } from "./sets.ts"
import { type Point, SimulatedRelease } from "./simulated-release.ts"

export type Wish = { readonly do: "deploy"; readonly version: string } | { readonly do: "rollback" }

/** Steps and strategies that only the tests have, and what differs by them. */
export interface Toys {
  readonly environment?: Readonly<Record<string, unknown>>
  readonly steps?: readonly Step[]
  readonly strategies?: readonly Strategy[]
  readonly tools?: Partial<StepTools>
  /** Helm releases that there are instead of the one. */
  readonly releases?: readonly SimulatedRelease[]
  /** Version that serves. */
  runs?(): string | null
}

export type ToysOf = (api: MemoryApi, point: Point, clock: MemoryClock) => Toys

/** The driver died here. Nothing catches it: no `finally` may act on the world any more. */
class Death extends Error {}

/**
 * A cluster in memory on which the real state machine, lock, journal, ledger and recovery run. What differs from the
 * real thing: Helm, smoke and load tests behave as the version's name says, and the driver can die at any write.
 */
export class Simulation {
  readonly api: MemoryApi
  readonly release: SimulatedRelease
  readonly #toys: Toys
  readonly #toysOf: ToysOf
  readonly #clock = new MemoryClock()
  readonly #inconclusive: InconclusivePolicy | null
  /** Steps of the world until now: where a driver can die. */
  points = 0
  #calls = 0
  #dead = false
  #left = Number.POSITIVE_INFINITY

  /** @param inconclusive the environment's policy. @param toys gives what drivers here know beside our own. */
  constructor(
    inconclusive: InconclusivePolicy | null = null,
    toys: ToysOf = () => ({}),
    api = new MemoryApi(),
  ) {
    this.#inconclusive = inconclusive
    this.api = api
    this.release = new SimulatedRelease(api)
    this.#toysOf = toys
    this.#toys = toys(api, () => this.#point(), this.#clock)
    this.api.onWrite = () => this.#point()
    this.api.put(`/api/v1/namespaces/${namespace}`, { metadata: { name: namespace, uid: "uid-1" } })
  }

  /** The same world once more. @param toys what drivers know there. */
  copy(toys = this.#toysOf): Simulation {
    const copy = new Simulation(this.#inconclusive, toys, this.api.copy())
    copy.#calls = this.#calls
    return copy
  }

  /** One call, whose driver dies after some steps of the world. Returns the outcome or code, or null when it died. */
  async once(wish: Wish, diesAfter: number, more: MemoryCall = {}): Promise<string | null> {
    this.#left = diesAfter
    this.#dead = false
    try {
      return await this.#call(wish, more)
    } catch (error) {
      if (this.#dead) return null
      if (error instanceof SignalboxError)
        return error.exitCode === 16 || error.exitCode === 18 ? "refused" : error.code
      throw error
    } finally {
      this.#left = Number.POSITIVE_INFINITY
      this.#dead = false
    }
  }

  /** The same call until one gets to its end. */
  async untilDone(wish: Wish, deaths: readonly number[]): Promise<string> {
    for (const diesAfter of deaths) {
      const outcome = await this.once(wish, diesAfter)
      if (outcome !== null) return outcome
    }
    const outcome = await this.once(wish, Number.POSITIVE_INFINITY)
    if (outcome === null) throw new Error("died without being told to")
    return outcome
  }

  setOf(version: string): ReleaseDigests {
    return setOf(version)
  }

  ledger(): StoredLedger {
    return this.#state("signalbox-ledger", "ledger.json")
  }

  /** Null before the first operation. */
  journal(): StoredJournal | null {
    return this.#state("signalbox-journal", "journal.json")
  }

  revisions(): readonly Revision[] {
    return (this.#toys.releases ?? [this.release]).flatMap((one) => one.revisions())
  }

  /** Version that the workload runs. */
  runs(): string | null {
    return this.#toys.runs === undefined ? this.release.runs() : this.#toys.runs()
  }

  inTraffic(): boolean {
    return this.release.inTraffic()
  }

  /** A smoke test by hand that fails on what runs; false where nothing of ours runs. */
  async failByHand(): Promise<boolean> {
    const session = this.session()
    const seen = await observe(session)
    if (deploymentOfRevision(seen.world.ledger, this.revisions().at(-1)?.revision ?? 0) === undefined)
      return false
    await revoke(session, testedNow(session, seen), "smoke", "3 of 13 checks failed")
    return true
  }

  /** The version a failure would go back to. */
  verifiedVersion(): string | null {
    if (!this.api.objects.has(configMapPath(namespace, "signalbox-ledger"))) return null
    return fallbackOf(this.ledger(), null)?.set.version ?? null
  }

  async #call(wish: Wish, more: MemoryCall): Promise<string> {
    return (await executeWish(this.session(more), wish)).outcome
  }

  /** Hash of the plan that a deployment would carry out now: what a person can approve. */
  async planOf(version: string): Promise<Plan> {
    const session = this.session()
    return makePlan(session, prepared(version), await observe(session), "uid-1")
  }

  /** A call of its own in this world. */
  session(more: MemoryCall = {}): DriverSession {
    return memorySession(this.api, this.#clock, {
      call: `call-${++this.#calls}`,
      environment: {
        load: { profile: "smoke", scale: 1, inconclusive: this.#inconclusive },
        ...this.#toys.environment,
      },
      actions: (brings) => ({
        ...simulatedActions(this.release, brings, () => this.#point()),
        ...this.#toys.tools,
      }),
      steps: this.#toys.steps ?? [],
      strategies: this.#toys.strategies ?? [],
      ...more,
    })
  }

  #point(): void {
    this.points++
    if (this.#dead || this.#left-- <= 0) {
      this.#dead = true
      throw new Death()
    }
  }

  #state<T>(name: string, key: string): T {
    const data = this.api.objects.get(configMapPath(namespace, name))?.data as
      | Record<string, string>
      | undefined
    return JSON.parse(data?.[key] ?? "null") as T
  }
}

/** What a command does once it holds the environment. */
export function executeWish(session: DriverSession, wish: Wish): Promise<CommandResult> {
  return withLock(session, (lock) =>
    wish.do === "deploy"
      ? deploy(session, lock, prepared(wish.version), "uid-1")
      : goBack(session, lock, "uid-1", { revision: null, reason: "by hand" }),
  )
}

/** Helm, smoke and load tests that do what the version's name says. */
export function simulatedActions(release: SimulatedRelease, brings: string | null, point: Point): Actions {
  return {
    rollOut: () => release.upgrade(brings ?? "", point),
    returnTo: (set) => release.upgrade(set.version, point),
    smoke: async (set) =>
      release.runs() === set.version && release.ready() && !set.version.startsWith("unsmoked")
        ? { ok: true, note: "smoked" }
        : { ok: false, cause: `smoke test failed on ${set.version}` },
    load: async (set) => loaded(release, set.version),
    removeOrphans: async () => "",
    outOfTraffic: (keep) => release.outOfTraffic(keep, point),
    storeLog: async (_file, text) => text,
    hide: (text) => text,
    saveBundle: async () => {},
    diagnose: async () => null,
  }
}

/** What a load test of a version comes to. */
export function loaded(release: SimulatedRelease, version: string): StepResult {
  const thin = { ok: false, cause: "too few requests", noVerdict: "inconclusive" } as const
  if (version.startsWith("unloaded")) return { ok: false, cause: "too slow" }
  if (version.startsWith("undecided")) return thin
  if (version.startsWith("patient") && release.loads++ === 0) return thin
  return { ok: true, note: "loaded" }
}

export function prepared(version: string): Prepared {
  const set = setOf(version)
  const manifest = manifestOf(version)
  return {
    record: {
      ...{ project: "test", version, created: "2026-01-01T00:00:00Z" },
      ...{ gates: [], waivers: [], images: [] },
    } as unknown as ReleaseRecord,
    inputs: { chartDirectory: "", chart: new Map(), smoke: null, values: [], work: "" },
    target: { set, manifest, objects: parseManifests(manifest), crds: "", valueFiles: [], valueTexts: [] },
    definitions: [],
  }
}
