import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { KnownSecrets } from "../../chart/index.ts"
import type { Clock } from "../clock.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { Pod } from "../world/index.ts"
import { attempt } from "./attempt.ts"
import { hidePacked } from "./packed.ts"

const logLines = 200
/** A program may write lines without an end. */
const logBytes = 4 * 1024 * 1024
/** For all logs together: a dead node answers none of them, and going back waits for this. */
const logsMs = 30_000

export interface LogOptions {
  /** The diagnosis': logs have one of their own in it. */
  readonly directory: string
  readonly secrets: Pick<KnownSecrets, "hide">
  readonly clock: Pick<Clock, "monotonic">
  readonly missing: string[]
}

/** Stores the last lines of every container; reports which were not reached in time. */
export async function storeLogs(api: ClusterApi, pods: readonly Pod[], to: LogOptions): Promise<void> {
  const deadline = to.clock.monotonic() + logsMs
  for (const pod of pods)
    for (const name of containersOf(pod)) {
      const log = `log of ${pod.metadata.name}/${name}`
      if (to.clock.monotonic() >= deadline) to.missing.push(`${log}: left out, ${logsMs / 1000} s are over`)
      else await attempt(log, to.missing, () => keepLog(api, pod, name, to), undefined)
    }
}

/** In the order that they run in: where one that prepares the pod fails, no other has begun, and its log says why. */
function containersOf({ spec }: Pod): readonly string[] {
  const all = [spec?.initContainers, spec?.containers, spec?.ephemeralContainers]
  return all.flatMap((some) => (some ?? []).map(({ name }) => name))
}

async function keepLog(
  api: ClusterApi,
  pod: Pod,
  container: string,
  { directory, secrets }: LogOptions,
): Promise<void> {
  const base = `/api/v1/namespaces/${pod.metadata.namespace ?? ""}/pods/${pod.metadata.name}/log?container=${container}&tailLines=${logLines}&limitBytes=${logBytes}`
  const now = await api.text(base)
  const before = await api.text(`${base}&previous=true`)
  const name = `${pod.metadata.name}-${container}`
  if (hasLog(now)) await writeFile(join(directory, "logs", `${name}.log`), hidePacked(whole(now), secrets))
  if (hasLog(before))
    await writeFile(join(directory, "logs", `${name}.previous.log`), hidePacked(whole(before), secrets))
}

/** The API server cuts what is too long at its end: a line that it has cut is left out, for half a secret is none that is known. */
function whole(log: string): string {
  if (Buffer.byteLength(log) < logBytes) return log
  return `${log.slice(0, log.lastIndexOf("\n") + 1)}(the rest of this log is too long to be stored)\n`
}

/** The kubelet answers with a sentence instead of a log where the container was cleared away meanwhile. */
function hasLog(text: string | null): text is string {
  return text !== null && !text.startsWith("unable to retrieve container logs")
}
