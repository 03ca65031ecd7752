import type { DeploymentSpec } from "kubernetes-types/apps/v1"
import type { Container } from "kubernetes-types/core/v1"
import type { Loose } from "./loose.ts"
import type { ManifestObject } from "./manifest.ts"

type Workload = Loose<DeploymentSpec>
type Probe = Loose<Container>["startupProbe"]

/** Longest time a workload's rollout may legitimately take, in seconds: probe allowance times waves. */
export interface StartupAllowance {
  readonly workload: string
  readonly perPodSeconds: number
  readonly waves: number
  readonly seconds: number
}

/**
 * The time that the startup probes allow, to compare with the rollout's time limit: a shorter limit fails deployments
 * whose probes would have let them start.
 */
export function startupAllowances(objects: readonly ManifestObject[]): readonly StartupAllowance[] {
  return objects
    .filter((object) => object.kind === "Deployment" || object.kind === "StatefulSet")
    .map((object) => {
      const spec = (object.body.spec ?? {}) as Workload
      const perPodSeconds = Math.max(
        0,
        ...(spec.template?.spec?.containers ?? []).map((one) => allowance(one.startupProbe)),
      )
      const waves = waveCount(spec, object.kind === "StatefulSet")
      return {
        workload: `${object.kind}/${object.name}`,
        perPodSeconds,
        waves,
        seconds: perPodSeconds * waves,
      }
    })
}

/** One sentence for each workload whose allowance exceeds the limit. */
export function startupWarnings(
  objects: readonly ManifestObject[],
  rolloutSeconds: number,
): readonly string[] {
  return startupAllowances(objects)
    .filter((one) => one.seconds > rolloutSeconds)
    .map(
      (one) =>
        `${one.workload} may take ${one.seconds} s to start (${one.perPodSeconds} s in ${one.waves} waves), ` +
        `the rollout is given ${rolloutSeconds} s`,
    )
}

function allowance(probe: Probe): number {
  if (probe === undefined) return 0
  return (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3)
}

function waveCount(spec: Workload, oneByOne: boolean): number {
  const replicas = spec.replicas ?? 1
  if (oneByOne) return replicas
  const surge = spec.strategy?.rollingUpdate?.maxSurge ?? "25%"
  const step = typeof surge === "number" ? surge : Math.ceil((replicas * Number.parseFloat(surge)) / 100)
  return Math.ceil(replicas / Math.max(1, step))
}
