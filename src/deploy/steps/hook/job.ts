import { canonicalJson, sha256, toJson } from "../../../domain/index.ts"
import type { KubeObject } from "../../cluster/index.ts"
import type { Hook } from "./details.ts"

/** Of whom a Job is. Two runs of a hook are the same where all of it is. */
export interface Owner {
  readonly operation: string
  readonly environment: string
  readonly version: string
  /**
   * Helm revision that a hook after the roll-out runs against: where that was rolled out anew, what the hook has said
   * before does not count. Null before the roll-out.
   */
  readonly revision: number | null
}

export const container = "main"
export const jobLabel = "signalbox/job"
const operationAnnotation = "signalbox/operation"

/** What never started is ended by the Job, a while after the pod would have ended what runs. */
const startSeconds = 30
/** An operation that is taken up again within this finds its Job, and does not run it twice. */
const retentionSeconds = 7 * 24 * 60 * 60

export const jobsPath = (namespace: string) => `/apis/batch/v1/namespaces/${namespace}/jobs`

/** Seconds after which the Job has surely ended. */
export function longestSeconds({ timeout }: Hook): number {
  return Math.ceil(timeout.ms / 1000) + startSeconds
}

/** At most 56 characters: the pod's name is the Job's and six more. */
export function jobName({ name }: Hook, { operation, revision }: Owner): string {
  return `signalbox-hook-${name}-${sha256(`${operation}\n${name}\n${revision ?? ""}`).slice(7, 17)}`
}

/**
 * The Job of a hook. Neither it nor its pod has a label that a release's Services, or those who count its pods, go by. The
 * pod gets no token, no privilege, and a root directory that it cannot write to; `/tmp` is its own.
 */
export function jobOf(hook: Hook, owner: Owner, namespace: string): KubeObject {
  const name = jobName(hook, owner)
  const labels = { "app.kubernetes.io/managed-by": "signalbox", [jobLabel]: name }
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels, annotations: { [operationAnnotation]: owner.operation } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: longestSeconds(hook),
      ttlSecondsAfterFinished: retentionSeconds,
      template: { metadata: { labels }, spec: podOf(hook, owner) },
    },
  }
}

function podOf(hook: Hook, { environment, version }: Owner): object {
  const { image, command, args, user, resources, secrets, imagePullSecrets } = hook
  return {
    restartPolicy: "Never",
    // Unlike the Job's, this limit leaves the pod and its log.
    activeDeadlineSeconds: Math.ceil(hook.timeout.ms / 1000),
    terminationGracePeriodSeconds: 10,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: imagePullSecrets.map((name) => ({ name })),
    securityContext: {
      runAsNonRoot: true,
      ...(user === undefined ? {} : { runAsUser: user, runAsGroup: user, fsGroup: user }),
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: container,
        ...{ image, command, args, resources },
        imagePullPolicy: "IfNotPresent",
        env: variables(hook, { APP_VERSION: version, ENVIRONMENT: environment }),
        envFrom: secrets.map((name) => ({ secretRef: { name } })),
        securityContext: {
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }],
  }
}

function variables({ env, secretEnv }: Hook, given: Readonly<Record<string, string>>): readonly object[] {
  return [
    ...Object.entries({ ...given, ...env }).map(([name, value]) => ({ name, value })),
    ...Object.entries(secretEnv).map(([name, secretKeyRef]) => ({ name, valueFrom: { secretKeyRef } })),
  ]
}

/** The operation that created a Job; undefined where it is not one of ours. */
export function operationOf({ metadata }: KubeObject): string | undefined {
  const operation = metadata.annotations?.[operationAnnotation] ?? ""
  // It is printed and stored: a client that may create a Job must not write arbitrary text into a deployment's log.
  const isOurs = metadata.labels?.[jobLabel] === metadata.name && /^[\w.-]{1,63}$/.test(operation)
  return isOurs ? operation : undefined
}

interface Program {
  readonly image?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly envFrom?: readonly object[]
  readonly workingDir?: string
  readonly lifecycle?: object
  readonly volumeMounts?: readonly object[]
}

interface PodSpec {
  readonly containers?: readonly Program[]
  readonly initContainers?: readonly object[]
  readonly volumes?: readonly object[]
  readonly hostAliases?: readonly object[]
}

interface JobSpec {
  readonly completions?: number
  readonly podFailurePolicy?: object
  readonly successPolicy?: object
  readonly template?: { readonly spec?: PodSpec }
}

/**
 * Whether a Job that is there runs what was approved. Any client can set labels and annotations: a Job that another
 * client created under its name must not count, nor one that puts other files in the place of the image's, sends it to
 * another database, or calls its failure a success. What an admission policy adds is none of that, nor is a mirror's
 * address before the image's digest.
 */
export function runsSame(there: KubeObject, approved: KubeObject): boolean {
  const [found, wanted] = [there, approved].map(({ spec }) => spec as JobSpec | undefined)
  return (found?.completions ?? 1) === 1 && programIn(found) === programIn(wanted)
}

function programIn(spec: JobSpec | undefined): string {
  const { containers = [], initContainers = [], volumes = [], hostAliases = [] } = spec?.template?.spec ?? {}
  const { podFailurePolicy = null, successPolicy = null } = spec ?? {}
  const programs = containers.map(
    ({ image = "", command = [], args = [], env = [], envFrom = [], volumeMounts = [], ...more }) => ({
      ...{ image: image.slice(image.lastIndexOf("@")), command, args, envFrom, volumeMounts },
      ...{ workingDir: more.workingDir ?? null, lifecycle: more.lifecycle ?? null },
      // The API server leaves out what is empty.
      env: env.map((one) => ({ value: "", ...one })),
    }),
  )
  const pod = { programs, initContainers, volumes, hostAliases }
  return canonicalJson(toJson({ ...pod, podFailurePolicy, successPolicy }))
}
