import { z } from "zod"
import { defaultStrategy, strategyNames } from "../../deploy/strategies/catalogue.ts"
import { profileNames } from "../../verify/load/profiles.ts"
import { hooks } from "./hooks.ts"
import {
  certificates,
  componentName,
  duration,
  httpsUrl,
  httpUrl,
  line,
  name,
  relativePath,
  releaseName,
  sha256Fingerprint,
} from "./primitives.ts"

/** Load profiles that an environment may name; `none` runs no load test. */
export const loadProfiles = ["none", ...profileNames] as const
export type LoadProfile = (typeof loadProfiles)[number]

/** Settings of the lock that lets one deployment run at a time. */
export const lockDefaults = { ttl: "60s", renew: "10s", giveUp: "40s", wait: "75s" } as const

const access = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("service-proxy").describe("service-proxy: through the API server."),
        component: componentName.describe("Component whose Service is reached."),
      })
      .describe("Through the API server, by kubectl's proxy on 127.0.0.1: needs no ingress."),
    z
      .strictObject({
        kind: z.literal("url").describe("url: by an address."),
        url: httpUrl.describe("Base address."),
        ca: certificates
          .optional()
          .describe(
            "Certificates (PEM) of the authority that signed the address's certificate. Default: the public authorities.",
          ),
      })
      .describe("By an address that the runner can reach."),
  ])
  .describe("How smoke and load tests reach the application.")

const cluster = z
  .strictObject({
    embedded: z
      .boolean()
      .default(false)
      .describe(
        "Whether a call without a kubeconfig starts the toolbox's cluster for itself; what it deploys ends with the call.",
      ),
    server: httpsUrl
      .nullable()
      .default(null)
      .describe("Address of the API server; a kubeconfig of another cluster is refused. Default: any."),
    caFingerprint: sha256Fingerprint
      .nullable()
      .default(null)
      .describe("SHA-256 of the cluster's CA certificate (DER); another one is refused. Default: any."),
  })
  .prefault({})
  .describe("Which cluster it is.")

/** Limit of a load test where an environment names none. */
export const loadLimitDefault = "10m"

const timeouts = z
  .strictObject({
    rollout: duration.prefault("5m").describe("Until all pods of a rollout must be ready."),
    rollback: duration.prefault("5m").describe("Until a rollback must be verified."),
    smoke: duration.prefault("1m").describe("For all smoke tests together."),
    load: duration.prefault(loadLimitDefault).describe("For one load profile."),
  })
  .prefault({})
  .describe("After how long a step counts as failed.")

const lock = z
  .strictObject({
    ttl: duration
      .prefault(lockDefaults.ttl)
      .describe("A holder that did not renew for this long counts as dead."),
    renew: duration.prefault(lockDefaults.renew).describe("How often the holder renews."),
    giveUp: duration
      .prefault(lockDefaults.giveUp)
      .describe("A holder that could not renew for this long stops before its next change."),
    wait: duration.prefault(lockDefaults.wait).describe("How long a run waits for the lock; more than ttl."),
  })
  .prefault({})
  .describe("The lock that keeps two deployments apart.")

export const acceptedDatabase = z
  .strictObject({
    name: line.describe("Name of the advisory database, as a report states it."),
    maxAge: duration.describe("Oldest content that is accepted."),
  })
  .describe("An advisory database whose verdict counts here.")

const objectives = z
  .strictObject({
    errorRate: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe(
        "Largest share of failed requests, 0 to 1: those without an answer, or with a status of 400 to 599.",
      ),
    p95Ms: z.number().positive().default(500).describe("Largest 95th percentile of response times, in ms."),
    availability: z
      .number()
      .min(0)
      .max(1)
      .default(0.999)
      .describe(
        "Smallest share of the load script's own checks that hold, 0 to 1; without any check it is 0.",
      ),
    minimumRequests: z.int().min(1).default(50).describe("Fewer requests than this are inconclusive."),
    expectedStatuses: z
      .array(z.int().min(400).max(599))
      .default([])
      .describe(
        "Statuses of 400 to 599 that are no failure here, such as 404 for a path that is removed. Default: none.",
      ),
  })
  .prefault({})
  .describe("What a load test is held against.")

export const environmentSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe("Version of this file's format."),
    name: name.describe("Name of the environment; also the name of this file."),
    namespace: name.describe("Kubernetes namespace; one per environment."),
    release: releaseName.describe("Name of the Helm release."),
    approvers: z
      .array(line)
      .min(1)
      .optional()
      .describe(
        "Users and groups who may approve a plan, as Jenkins names them. Default: whoever may start the job. GitHub has its " +
          "own rules: required reviewers of the environment.",
      ),
    protected: z
      .boolean()
      .default(false)
      .describe(
        "Whether a deployment needs a plan approved by its hash, a release that is no pre-release, its record with " +
          "its evidence, tools by digest, and the registry as evidence store.",
      ),
    approvals: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe(
        "How many approvers of signalbox.yaml a deployment needs, none of whom has written, committed or co-authored what is " +
          "new in it. Only beside protected: true. Default: none.",
      ),
    promotesFrom: name
      .nullable()
      .default(null)
      .describe("Environment in which a release must have been verified before. Default: none."),
    values: relativePath
      .nullable()
      .default(null)
      .describe("Values of this environment, merged over chart.values."),
    access: access.describe("How smoke and load tests reach the application."),
    cluster,
    timeouts,
    lock,
    history: z.int().min(2).max(50).default(10).describe("Helm revisions to keep."),
    verificationTtl: duration
      .prefault("7d")
      .describe("How long a verification in this environment allows a promotion out of it."),
    acceptedDatabases: z
      .array(acceptedDatabase)
      .min(1)
      .prefault([{ name: "trivy-db", maxAge: "24h" }])
      .describe("Advisory databases whose verdict is accepted as evidence; any other is refused."),
    load: z
      .strictObject({
        profile: z.enum(loadProfiles).default("smoke").describe("Load profile run after the smoke tests."),
        scale: z
          .number()
          .min(0.001)
          .max(10)
          .default(1)
          .describe(
            "Factor on all times of a profile and, below 1, on its users: 0.1 makes 100 users for 300 s into 10 for 30 s.",
          ),
        inconclusive: z
          .enum(["keep", "return"])
          .nullable()
          .default(null)
          .describe(
            "When the load test gives no verdict: keep the release, unverified, or return to the last verified one. It " +
              "is never held for that. Default: keep; return where protected.",
          ),
      })
      .prefault({})
      .describe("The load test of a deployment."),
    objectives,
    hooks,
    strategy: z.enum(strategyNames).default(defaultStrategy).describe("How pods are replaced."),
  })
  .describe("environments/NAME.yaml: one place that a release is deployed to, and the rules that hold there.")

/** One file of `environments/`, checked and with defaults filled in. As JSON it is the same file again. */
export type EnvironmentConfig = z.infer<typeof environmentSchema>
