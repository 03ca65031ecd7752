import type { Event } from "kubernetes-types/core/v1"
import type { KnownSecrets, Loose } from "../../chart/index.ts"
import { oneLine } from "../../domain/index.ts"
import type { ClusterApi, KubeObject } from "../cluster/index.ts"
import { hidePacked } from "./packed.ts"

type EventField = "type" | "reason" | "message" | "count" | "involvedObject"
type Times = "lastTimestamp" | "eventTime" | "series"

/** An event of the namespace as it was read. A time that it does not have may be null. */
export interface ClusterEvent
  extends KubeObject,
    Loose<Pick<Event, EventField>>,
    OrNull<Loose<Pick<Event, Times>>> {}

type OrNull<T> = { readonly [K in keyof T]: T[K] | null }

/** All events of a namespace, the newest first. */
export async function readEvents(api: ClusterApi, namespace: string): Promise<readonly ClusterEvent[]> {
  const events = (await api.list(`/api/v1/namespaces/${namespace}/events`)) as readonly ClusterEvent[]
  const timed = events.map((event) => [event, Date.parse(lastSeen(event)) || 0] as const)
  return timed.sort(([, a], [, b]) => b - a).map(([event]) => event)
}

/** Secrets go first: one of several lines is not known any more when its lines are joined. */
export function eventLine(event: ClusterEvent, secrets: Pick<KnownSecrets, "hide">): string {
  const what = `${event.involvedObject?.kind ?? ""}/${event.involvedObject?.name ?? ""}`
  const about = secrets.hide(`${lastSeen(event)} ${event.type ?? ""} ${event.reason ?? ""} ${what}`)
  return oneLine(`${about}: ${hidePacked(event.message ?? "", secrets)}`)
}

/**
 * Controllers and kubelets write the times of an event by clocks of their own, and leases are held by clocks no further
 * apart than this; the creation time of an event is the API server's.
 */
const skewMs = 10_000

/** @param since by the API server's clock. An event that says no time is not known to have happened since. */
export function happenedSince(event: ClusterEvent, since: string): boolean {
  const began = Date.parse(since)
  const created = Date.parse(event.metadata.creationTimestamp ?? "")
  return created >= began || Date.parse(lastSeen(event)) >= began - skewMs
}

/** The same event is written again and again; where its last time stands depends on who writes it, and since when. */
function lastSeen({ series, lastTimestamp, eventTime, metadata }: ClusterEvent): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? ""
}
