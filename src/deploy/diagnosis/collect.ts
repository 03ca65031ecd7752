import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type KnownSecrets, redactObject, secretsIn } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import { type Clock, systemClock } from "../clock.ts"
import { type ClusterApi, type KubeObject, secretPath } from "../cluster/index.ts"
import { type Pod, readPods } from "../world/index.ts"
import { type ClusterEvent, firstCause } from "./first-cause.ts"

const logLines = 200
const eventsKept = 200
/** For all logs together: a dead node answers none of them, and going back waits for this. */
const logsMs = 30_000

export interface DiagnosisOptions {
  readonly directory: string
  /** Taken out of all that is kept, together with the values of the namespace's own Secrets. */
  readonly secrets: KnownSecrets
  readonly clock?: Pick<Clock, "monotonic">
}

/**
 * Keeps what a failed operation leaves behind, before it is taken back: pods, events, the last log lines of every
 * container. Returns the first cause in one line, or null. A part that cannot be read is left out, and said so; so are
 * the logs that were not reached in time, and all logs where the Secrets whose values they may hold cannot be read.
 */
export async function collectDiagnosis(
  api: ClusterApi,
  namespace: string,
  release: string,
  { directory, secrets, clock = systemClock }: DiagnosisOptions,
): Promise<string | null> {
  await mkdir(join(directory, "logs"), { recursive: true })
  const missing: string[] = []
  const learnt = await attempt("Secrets", missing, () => learnSecrets(api, namespace, secrets), false)
  const pods = await attempt("pods", missing, () => readPods(api, namespace, release), [])
  const events = await attempt("events", missing, () => readEvents(api, namespace), [])
  const bodies = pods.map((pod) => ({ kind: "Pod", body: withoutNoise(pod) }))
  secrets.learn(secretsIn(bodies))
  const shown = bodies.map((body) => redactObject(body, secrets))
  await writeFile(join(directory, "pods.json"), JSON.stringify(shown, null, 2))
  await writeFile(join(directory, "events.txt"), events.map((one) => eventLine(one, secrets)).join("\n"))
  if (learnt) await keepLogs(api, pods, { directory, missing, clock, secrets })
  else missing.push("logs: left out, they may hold what stands in those Secrets")
  const cause = firstCause(pods, events, (text) => secrets.hide(text))
  const lines = [
    cause ?? "no first cause is seen in pods and events",
    ...missing.map((one) => `not readable: ${one}`),
  ]
  await writeFile(join(directory, "cause.txt"), `${lines.join("\n")}\n`)
  return cause
}

/** What programs are given by Secrets they may print; Helm's own Secrets are no program's. */
async function learnSecrets(api: ClusterApi, namespace: string, secrets: KnownSecrets): Promise<true> {
  const all = await api.list(secretPath(namespace), "owner!=helm")
  // Items of a list do not say their kind.
  secrets.learn(
    secretsIn(all.map((one: KubeObject) => ({ kind: "Secret", body: { ...one, kind: "Secret" } }))),
  )
  return true
}

async function keepLogs(
  api: ClusterApi,
  pods: readonly Pod[],
  to: Required<DiagnosisOptions> & { readonly missing: string[] },
): Promise<void> {
  const deadline = to.clock.monotonic() + logsMs
  for (const pod of pods)
    for (const { name } of pod.spec?.containers ?? []) {
      const log = `log of ${pod.metadata.name}/${name}`
      if (to.clock.monotonic() >= deadline) to.missing.push(`${log}: left out, ${logsMs / 1000} s are over`)
      else await attempt(log, to.missing, () => keepLog(api, pod, name, to), undefined)
    }
}

async function readEvents(api: ClusterApi, namespace: string): Promise<readonly ClusterEvent[]> {
  const events = (await api.list(`/api/v1/namespaces/${namespace}/events`)) as readonly ClusterEvent[]
  const time = (event: ClusterEvent) =>
    event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? ""
  return [...events].sort((a, b) => (time(a) < time(b) ? 1 : -1)).slice(0, eventsKept)
}

async function keepLog(
  api: ClusterApi,
  pod: Pod,
  container: string,
  { directory, secrets }: DiagnosisOptions,
): Promise<void> {
  const base = `/api/v1/namespaces/${pod.metadata.namespace ?? ""}/pods/${pod.metadata.name}/log?container=${container}&tailLines=${logLines}`
  const now = await api.text(base)
  const before = await api.text(`${base}&previous=true`)
  const name = `${pod.metadata.name}-${container}`
  if (hasLog(now)) await writeFile(join(directory, "logs", `${name}.log`), secrets.hide(now))
  if (hasLog(before)) await writeFile(join(directory, "logs", `${name}.previous.log`), secrets.hide(before))
}

/** The kubelet answers with a sentence instead of a log where the container was cleared away meanwhile. */
function hasLog(text: string | null): text is string {
  return text !== null && !text.startsWith("unable to retrieve container logs")
}

/** Secrets go first: one of several lines is not known any more when its lines are joined. */
function eventLine(event: ClusterEvent, secrets: KnownSecrets): string {
  const when = event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? ""
  const what = `${event.involvedObject?.kind ?? ""}/${event.involvedObject?.name ?? ""}`
  const about = secrets.hide(`${when} ${event.type ?? ""} ${event.reason ?? ""} ${what}`)
  return `${about}: ${secrets.hide(event.message ?? "").replaceAll("\n", " ")}`
}

function withoutNoise(pod: Pod): Readonly<Record<string, unknown>> {
  const { managedFields: _fields, ...metadata } = pod.metadata as Pod["metadata"] & {
    managedFields?: unknown
  }
  return { ...pod, metadata }
}

async function attempt<T>(what: string, missing: string[], read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    missing.push(`${what}: ${error.detail.what}`)
    return otherwise
  }
}
