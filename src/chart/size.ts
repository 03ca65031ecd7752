import { gzipSync } from "node:zlib"
import type { ChartFiles } from "./digest.ts"

/** Bytes above which a plan is refused: Kubernetes rejects Secrets above 1 MiB, and Helm stores a release in one. */
export const releaseSecretLimit = 900 * 1024

/**
 * Bytes that Helm's release Secret will take: base64 of gzip of JSON with the chart's files (in base64), the values
 * and the rendered manifests. An estimate within a few percent of what Helm writes.
 */
export function releaseSecretSize(files: ChartFiles, values: readonly string[], manifest: string): number {
  const chart = [...files].map(([name, content]) => ({ name, data: Buffer.from(content).toString("base64") }))
  const packed = gzipSync(JSON.stringify({ chart, values, manifest }), { level: 9 })
  return Math.ceil(packed.length / 3) * 4
}
