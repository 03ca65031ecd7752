import { parseAllDocuments } from "yaml"
import { z } from "zod"
import { type ChartPlace, valueOrNull } from "../../chart/index.ts"
import type { ToolFinding } from "../../domain/index.ts"

const lock = z.object({
  dependencies: z.array(z.object({ name: z.string(), version: z.string() })).default([]),
})

/**
 * Packed dependencies of another version than Chart.lock names: Helm takes whatever lies in `charts/`, and says nothing.
 * @param lockText Chart.lock; null where there is none.
 * @param archives files directly below the chart's `charts/`.
 */
export function dependencyFindings(
  lockText: string | null,
  archives: readonly string[],
  place: ChartPlace,
): readonly ToolFinding[] {
  if (lockText === null) return []
  const [document] = parseAllDocuments(lockText)
  const read = lock.safeParse(document === undefined ? undefined : valueOrNull(document))
  if (!read.success)
    return [
      finding("Chart.lock cannot be read", "Chart.lock", place, "write it anew: helm dependency update"),
    ]
  return read.data.dependencies.flatMap(({ name, version }) =>
    archives
      .filter((file) => isArchiveOf(file, name) && file !== `${name}-${version}.tgz`)
      .map((file) =>
        finding(
          `charts/${file} is not the version that Chart.lock names: ${version}`,
          `charts/${file}`,
          place,
          "helm dependency build",
        ),
      ),
  )
}

/** `common-0.1.0.tgz` is one of `common`, and none of `common-web`. */
function isArchiveOf(file: string, name: string): boolean {
  return file.startsWith(`${name}-`) && /^v?\d+\..*\.tgz$/.test(file.slice(name.length + 1))
}

function finding(message: string, file: string, { path }: ChartPlace, fix: string): ToolFinding {
  return {
    ...{ rule: "chart-dependency", severity: "high", message, fix },
    ...{ location: { file: `${path}/${file}` }, subject: file },
  }
}
