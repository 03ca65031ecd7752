import { KnownSecrets } from "../../../../src/chart/index.ts"
import type { Clock } from "../../../../src/deploy/clock.ts"
import type { ClusterApi } from "../../../../src/deploy/cluster/index.ts"
import type { DriverSession } from "../../../../src/deploy/driver/session.ts"
import type { Actions } from "../../../../src/deploy/engine/index.ts"
import { driverRequest } from "../../../../src/deploy/request.ts"
import { StateStore } from "../../../../src/deploy/state/index.ts"
import { stepCatalogue } from "../../../../src/deploy/steps/catalogue.ts"
import type { Step } from "../../../../src/deploy/steps/step.ts"
import { loadStrategies } from "../../../../src/deploy/strategies/catalogue.ts"
import type { Strategy } from "../../../../src/deploy/strategies/strategy.ts"
import { eventLine, type ProgressEvent, sha256 } from "../../../../src/domain/index.ts"
import { settings } from "./sets.ts"

const ours = await loadStrategies()

/** Namespace of every session here. */
export const namespace = "apps"

export interface MemoryCall {
  /** Id of the call, and of its operation. Default `call-1`. */
  readonly call?: string
  readonly environment?: Record<string, unknown>
  /** What the command is asked. */
  readonly question?: Record<string, unknown>
  readonly actions?: (brings: string | null) => Actions
  /** Steps and strategies beside our own. */
  readonly steps?: readonly Step[]
  readonly strategies?: readonly Strategy[]
  /** Gets what is told to people. */
  readonly say?: (line: string) => void
}

/** A driver's session against an API server, mostly one in memory; without helm, kubectl and a kubeconfig. */
export function memorySession(api: ClusterApi, clock: Clock, more: MemoryCall = {}): DriverSession {
  const { call = "call-1", actions, say = () => {} } = more
  const { strategy, ...environment } = more.environment ?? {}
  const parsed = driverRequest.parse({
    schemaVersion: 1,
    project: "test",
    environment: { ...settings(), ...environment },
    components: { web: { port: 8080, health: "/health" } },
    holder: { who: "tester", id: call },
    operation: call,
    date: "2026-01-01T00:00:00Z",
    ...more.question,
  })
  // A strategy of the tests is none that a configuration may name.
  const request = {
    ...parsed,
    environment: {
      ...parsed.environment,
      ...(strategy === undefined ? {} : { strategy: strategy as never }),
    },
  }
  return {
    input: {
      request,
      directory: "",
      smoke: null,
      loadScript: { text: "load", digest: sha256("load") },
    },
    api,
    store: new StateStore(api, namespace),
    clock,
    recorder: {
      say,
      tell: (event: ProgressEvent) => say(eventLine(event) ?? ""),
      ...{ json: async () => {}, text: async () => {} },
    } as unknown as DriverSession["recorder"],
    children: {
      killAll: () => {},
      run: async () => ({ code: 0, stdout: "", stderr: "", timedOut: false, truncated: false }),
    } as unknown as DriverSession["children"],
    steps: [...stepCatalogue, ...(more.steps ?? [])],
    strategies: [...ours, ...(more.strategies ?? [])],
    helm: undefined as unknown as DriverSession["helm"],
    work: "",
    testsWork: "",
    kubeconfig: "",
    secrets: new KnownSecrets(),
    learnt: new Set(),
    interrupt: new AbortController().signal,
    held: null,
    cluster: null,
    access: () => {
      throw new Error("not used here")
    },
    actions: (_operation, brought) => {
      if (actions === undefined) throw new Error("not used here")
      return actions(brought?.target.set.version ?? null)
    },
    close: async () => {},
  }
}
