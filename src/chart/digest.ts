import { readdir, readFile } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { type Digest, SignalboxError, treeDigest } from "../domain/index.ts"

/** A chart's files: path with forward slashes -> content. */
export type ChartFiles = ReadonlyMap<string, Uint8Array>

/**
 * A chart's digest: SHA-256 over the canonical list of [path, SHA-256 of the content], so that neither times, owners,
 * modes nor packing count. The release record identifies a chart by it.
 */
export function chartDigest(files: ChartFiles): Digest {
  return treeDigest(files)
}

/** All files in a chart directory. @throws CONFIG_INVALID when there is no Chart.yaml, or a file is a symbolic link. */
export async function readChart(directory: string): Promise<ChartFiles> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = new Map<string, Uint8Array>()
  for (const entry of entries) {
    const path = relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/")
    if (entry.isSymbolicLink()) throw invalid(`${path} is a symbolic link`, "replace it by the file itself")
    if (entry.isFile()) files.set(path, await readFile(join(directory, path)))
  }
  if (!files.has("Chart.yaml"))
    throw invalid("there is no Chart.yaml", "name a chart's directory in chart.path")
  return files
}

function invalid(what: string, next: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", { what: `this is not a usable chart: ${what}`, next })
}
