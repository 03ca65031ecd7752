import { parse } from "yaml"
import type { ReleaseRecord } from "../domain/index.ts"
import { type ChartFiles, chartDigest } from "./digest.ts"

/** How a release record names a chart: by the bytes of its files, as the driver does. */
export function chartIdentity(files: ChartFiles): ReleaseRecord["chart"] {
  const text = Buffer.from(files.get("Chart.yaml") ?? "").toString("utf8")
  const { name, version } = (parse(text) ?? {}) as { readonly name?: unknown; readonly version?: unknown }
  return { name: String(name), version: String(version), digest: chartDigest(files) }
}
