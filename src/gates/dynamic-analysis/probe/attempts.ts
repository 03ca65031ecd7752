/** What nobody asks for who means well: files that should not be there, requests that are none, origins of others. */
import type { Observer } from "./observe.ts"

/** Names that can belong to nobody (RFC 2606). */
const foreign = "signalbox-probe.invalid"

const dotFiles = [
  ...["/.git/HEAD", "/.git/config", "/.svn/wc.db"],
  ...["/.env", "/.npmrc", "/.htpasswd", "/.DS_Store"],
]

const endpoints = ["/debug/pprof/", "/actuator/env", "/server-status", "/console", "/h2-console/"]

const longPath = `/${"a".repeat(12_000)}`

export async function attempt(observer: Observer): Promise<void> {
  const { paths, redirects } = observer.request
  const nothing = await observer.send("error", { method: "GET", path: "/signalbox-probe-nothing" })
  const known = { unlike: nothing?.answer.cut === false ? nothing.body : undefined }
  for (const path of dotFiles) await observer.send("dot-file", { method: "GET", path }, known)
  for (const path of endpoints) await observer.send("debug", { method: "GET", path }, known)
  for (const path of paths) await origins(observer, path)
  for (const { path, parameter } of redirects) await elsewhere(observer, path, parameter)
  await trace(observer)
  for (const path of ["/%E0%A4%A", longPath]) await observer.send("error", { method: "GET", path })
  for (const path of paths) {
    const headers = { "content-type": "application/json" }
    await observer.send("error", { method: "POST", path, headers, body: '{"a":' }, { with: "malformed JSON" })
  }
}

/** A page of another site, and one without any: both send what a browser would send for them. */
async function origins(observer: Observer, path: string): Promise<void> {
  for (const origin of [`https://${foreign}`, "null"])
    await observer.send("cors", { method: "GET", path, headers: { origin } }, { with: origin })
}

/** Addresses of another host, as those write them who want to get past a check. */
async function elsewhere(observer: Observer, path: string, parameter: string): Promise<void> {
  for (const target of [`https://${foreign}/`, `//${foreign}/`, `/\\${foreign}/`]) {
    const mark = path.includes("?") ? "&" : "?"
    const whole = `${path}${mark}${encodeURIComponent(parameter)}=${encodeURIComponent(target)}`
    await observer.send("redirect", { method: "GET", path: whole }, { with: target })
  }
}

async function trace(observer: Observer): Promise<void> {
  const echo = `probe-${process.pid}-${Math.round(performance.now())}`
  await observer.send(
    "trace",
    { method: "TRACE", path: "/", headers: { "x-signalbox-probe": echo } },
    { echo },
  )
}
