import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { KnownSecrets, redactObject, secretsIn } from "../../chart/index.ts"
import { type Clock, systemClock } from "../clock.ts"
import { type ClusterApi, type KubeObject, secretPath } from "../cluster/index.ts"
import { beganAfter, readHistory } from "../helm/index.ts"
import { type Pod, readPods } from "../world/index.ts"
import { attempt } from "./attempt.ts"
import { eventLine, readEvents } from "./events.ts"
import { firstCause } from "./first-cause.ts"
import { storeLogs } from "./logs.ts"
import { ownEvents } from "./own-events.ts"
import { hidePacked } from "./packed.ts"
import { foreignValues, withoutValues } from "./pod-environment.ts"

const storedEvents = 200

export interface DiagnosisOptions {
  readonly directory: string
  /** Removed from every stored file, together with the values of the namespace's own Secrets. */
  readonly secrets: KnownSecrets
  /** Of the Helm release, before the operation. */
  readonly baseRevision: number
  readonly clock?: Pick<Clock, "monotonic">
}

/**
 * Stores the evidence of a failed operation, before its rollback: pods, events, the last log lines of every
 * container. Returns the first cause in one line, or null. A part that cannot be read is left out, and said so; so are
 * the logs that were not reached in time, and all logs where the Secrets whose values they may hold cannot be read.
 */
export async function collectDiagnosis(
  api: ClusterApi,
  namespace: string,
  release: string,
  { directory, secrets, baseRevision, clock = systemClock }: DiagnosisOptions,
): Promise<string | null> {
  await mkdir(join(directory, "logs"), { recursive: true })
  const missing: string[] = []
  const revisions = await attempt("Helm's history", missing, () => readHistory(api, namespace, release), [])
  const learnt = await attempt("Secrets", missing, () => learnSecrets(api, namespace, secrets), false)
  const pods = await attempt("pods", missing, () => readPods(api, namespace, release), [])
  const events = await attempt("events", missing, () => readEvents(api, namespace), [])
  const bodies = pods.map((pod) => ({ kind: "Pod", body: withoutNoise(pod) }))
  secrets.learn(secretsIn(bodies))
  // Only here: such a value may be a word that elsewhere means something else.
  const foreign = new KnownSecrets()
  foreign.learn(foreignValues(bodies, revisions))
  const hide = (text: string) => foreign.hide(secrets.hide(text))
  const all = { hide }
  const hideIn = (text: string) => hidePacked(text, all)
  const shown = bodies.map((one) => withoutValues(redactObject(one, secrets)))
  await writeFile(join(directory, "pods.json"), hideIn(JSON.stringify(shown, null, 2)))
  const stored = events.slice(0, storedEvents).map((one) => eventLine(one, all))
  await writeFile(join(directory, "events.txt"), stored.join("\n"))
  if (learnt) await storeLogs(api, pods, { directory, missing, clock, secrets: all })
  else missing.push("logs: left out, they may hold values of those Secrets")
  const began = () => beganAfter(api, namespace, release, baseRevision)
  const since = await attempt("when the operation began", missing, began, null)
  const own = await ownEvents(api, events, { namespace, release, since, pods }, missing)
  // A pod of the release before may have been failing all along: it says nothing about what is rolled out now.
  const cause = firstCause(madeSince(pods, since), own, hideIn) ?? firstCause(pods, own, hideIn)
  const lines = [
    cause ?? "no first cause is seen in pods and events",
    ...missing.map((one) => `not readable: ${one}`),
  ]
  await writeFile(join(directory, "cause.txt"), `${lines.join("\n")}\n`)
  return cause
}

/**
 * Both times are the API server's own. @param since null: not known, and new pods cannot be distinguished from former
 * ones.
 */
function madeSince(pods: readonly Pod[], since: string | null): readonly Pod[] {
  if (since === null) return pods
  const began = Date.parse(since)
  return pods.filter(({ metadata }) => Date.parse(metadata.creationTimestamp ?? "") >= began)
}

/** What programs are given by Secrets they may print; Helm's own Secrets are no program's. */
export async function learnSecrets(api: ClusterApi, namespace: string, secrets: KnownSecrets): Promise<true> {
  const all = await api.list(secretPath(namespace), "owner!=helm")
  // Items of a list do not say their kind.
  secrets.learn(
    secretsIn(all.map((one: KubeObject) => ({ kind: "Secret", body: { ...one, kind: "Secret" } }))),
  )
  return true
}

function withoutNoise(pod: Pod): Readonly<Record<string, unknown>> {
  const { managedFields: _fields, ...metadata } = pod.metadata as Pod["metadata"] & {
    managedFields?: unknown
  }
  return { ...pod, metadata }
}
