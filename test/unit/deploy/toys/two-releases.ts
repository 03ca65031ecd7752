import { readHistory, settleRevision } from "../../../../src/deploy/helm/index.ts"
import { steps as ours } from "../../../../src/deploy/steps/catalogue.ts"
import type { Strategy } from "../../../../src/deploy/strategies/strategy.ts"
import type { MemoryApi } from "../support/memory-api.ts"
import { type Point, SimulatedRelease } from "../support/simulated-release.ts"
import { loaded, type Toys } from "../support/simulation.ts"
import { colourSteps } from "./colour-steps.ts"
import {
  type Colour,
  type ColouredWorld,
  colourIn,
  colours,
  inHelm,
  numberOf,
  servingColour,
} from "./colours.ts"

/**
 * A toy strategy: two Helm releases, one of which serves. A release is rolled out and tested beside what serves, and then
 * traffic is led to it by one change.
 */
export function twoReleases(api: MemoryApi, point: Point): Toys {
  const releases = {
    blue: new SimulatedRelease(api, "app-blue", "web-blue"),
    green: new SimulatedRelease(api, "app-green", "web-green"),
  } as const satisfies Readonly<Record<Colour, SimulatedRelease>>
  const steps = colourSteps((colour, version) => releases[colour].upgrade(version, point))
  const { bringIdle, switchTraffic, switchBack, takeOff } = steps

  const strategy: Strategy = {
    id: "two-releases",
    steps: ({ before, verification }) => [
      ...[...before, bringIdle.id, ...verification],
      ...[switchTraffic.id, ours.verify.id],
    ],
    returnSteps: ({ fallback, wayBack }) =>
      fallback === null
        ? [takeOff.id, ...wayBack, ours.record.id]
        : [switchBack.id, ...wayBack, ours.verifyRollback.id, ours.record.id],
    observe: async (cluster, { namespace, release }, ledger) => {
      const [blue, green] = await Promise.all(
        colours.map(async (colour) =>
          (await readHistory(cluster, namespace, `${release}-${colour}`)).map((one) => ({
            ...one,
            revision: numberOf(colour, one.revision),
          })),
        ),
      )
      const newest = { blue: blue?.at(-1) ?? null, green: green?.at(-1) ?? null }
      const serving = await servingColour(cluster, namespace)
      const ready = serving !== null && releases[serving].ready()
      const world: ColouredWorld = {
        revisions: [...(blue ?? []), ...(green ?? [])],
        current: serving === null ? null : newest[serving],
        rollout: { ready, waitingFor: [], changed: [] },
        ...{ traffic: { present: [], missing: [] }, images: {}, pods: [] },
        ...{ ledger, serving, newest },
      }
      return world
    },
    settle: (cluster, { namespace, release }, number) =>
      settleRevision(cluster, namespace, `${release}-${colourIn(number)}`, inHelm(number)),
    begun: ({ current, revisions }, { baseRevision, target }) =>
      (current?.revision ?? 0) !== baseRevision ||
      revisions.some(({ manifests }) => manifests === target.manifests),
    attempt: ({ revisions }, { target, baseRevision }) =>
      revisions.findLast(({ manifests }) => manifests === target.manifests)?.revision ?? baseRevision + 2,
  }

  const there = (version: string) =>
    Object.values(releases).find((one) => one.runs() === version && one.ready())
  return {
    environment: { strategy: strategy.id },
    steps: Object.values(steps),
    strategies: [strategy],
    releases: Object.values(releases),
    tools: {
      smoke: async ({ version }) =>
        there(version) === undefined || version.startsWith("unsmoked")
          ? { ok: false, cause: `smoke test failed on ${version}` }
          : { ok: true, note: "smoked" },
      load: async ({ version }) => loaded(releases.blue, version),
    },
    runs: () => {
      const to = (api.objects.get("/api/v1/namespaces/apps/configmaps/traffic")?.data as { to?: Colour })?.to
      return to === undefined ? null : releases[to].runs()
    },
  }
}
