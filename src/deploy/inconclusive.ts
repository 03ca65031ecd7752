import { z } from "zod"
import { durationMs } from "../config/duration.ts"
import type { InconclusivePolicy } from "../domain/index.ts"

/** `45s`, `5m`, `7d` as in the configuration, or milliseconds; gives milliseconds. */
export const duration = z
  .union([z.number().positive(), z.string()])
  .transform((value) => (typeof value === "number" ? value : durationMs(value)))

const access = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("service-proxy"), component: z.string() }),
  z.object({ kind: z.literal("url"), url: z.string() }),
])

/**
 * What the driver needs of an environment. A parsed `environments/NAME.yaml` (EnvironmentConfig) fits as it is:
 * names and defaults are the same, what the driver does not need is ignored.
 */
export const environmentSettings = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1),
  /** Helm release name. */
  release: z.string().min(1),
  /** Needs an approved plan, a record with complete evidence, tools by digest, the registry as evidence store. */
  protected: z.boolean().default(false),
  /** Environment in which the same digests must hold an unexpired verification. */
  promotesFrom: z.string().nullable().default(null),
  access,
  /** Pins: a kubeconfig of another server or CA is refused. */
  cluster: z
    .object({
      server: z.string().nullable().default(null),
      caFingerprint: z.string().nullable().default(null),
    })
    .prefault({}),
  timeouts: z
    .object({
      rollout: duration.prefault("5m"),
      rollback: duration.prefault("5m"),
      smoke: duration.prefault("1m"),
      load: duration.prefault("10m"),
    })
    .prefault({}),
  lock: z
    .object({
      ttl: duration.prefault("60s"),
      renew: duration.prefault("10s"),
      giveUp: duration.prefault("40s"),
      wait: duration.prefault("75s"),
    })
    .prefault({}),
  /** `helm --history-max`. */
  history: z.number().int().min(2).default(10),
  verificationTtl: duration.prefault("7d"),
  acceptedDatabases: z
    .array(z.object({ name: z.string(), maxAge: duration }))
    .default([{ name: "trivy-db", maxAge: 24 * 60 * 60 * 1000 }]),
  /** The load profile that a deployment runs after its smoke test. */
  load: z
    .object({
      profile: z.string().default("smoke"),
      scale: z.number().positive().default(1),
      /** What becomes of a release whose load test gives no verdict; null: by `protected`. */
      inconclusive: z.enum(["keep", "return"]).nullable().default(null),
    })
    .prefault({}),
  objectives: z
    .object({
      errorRate: z.number().default(0.01),
      p95Ms: z.number().default(500),
      availability: z.number().default(0.999),
      minimumRequests: z.number().int().default(50),
      expectedStatuses: z.array(z.number().int()).default([]),
    })
    .prefault({}),
  /** Id of a strategy; null: the catalogue's first. One that does not exist is refused as soon as the environment is looked at. */
  strategy: z.string().min(1).nullable().default(null),
})

/** What becomes of a release whose load test gives no verdict: a protected environment does not keep what is unproven. */
export function inconclusivePolicy(
  environment: Pick<EnvironmentSettings, "load" | "protected">,
): InconclusivePolicy {
  return environment.load.inconclusive ?? (environment.protected ? "return" : "keep")
}

/** Durations in milliseconds. */
export type EnvironmentSettings = z.output<typeof environmentSettings>
