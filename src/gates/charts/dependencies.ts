import satisfies from "semver/functions/satisfies.js"
import { parseAllDocuments } from "yaml"
import { z } from "zod"
import { type ChartPlace, valueOrNull } from "../../chart/index.ts"
import type { ToolFinding } from "../../domain/index.ts"

const lock = z.object({
  dependencies: z
    .array(z.object({ name: z.string(), version: z.union([z.string(), z.number()]).transform(String) }))
    .default([]),
})

/** A dependency that lies unpacked in `charts/`, by the path and the text of its Chart.yaml. */
export interface Unpacked {
  readonly path: string
  readonly text: string
}

const chart = z.object({ name: z.string(), version: z.union([z.string(), z.number()]).transform(String) })

/** The files of a chart that tell which dependencies it has, and which it should have. */
export interface DependencyFiles {
  /** Chart.yaml. */
  readonly manifest: string
  /** Chart.lock; null where there is none. */
  readonly lock: string | null
  /** Files directly below the chart's `charts/`. */
  readonly archives: readonly string[]
  readonly unpacked: readonly Unpacked[]
}

/**
 * Dependencies in `charts/` of another version than Chart.lock names or, without one, than Chart.yaml allows: Helm takes whatever
 * lies there, and says nothing.
 */
export function dependencyFindings(
  { manifest, lock: lockText, archives, unpacked }: DependencyFiles,
  place: ChartPlace,
): readonly ToolFinding[] {
  if (lockText !== null)
    return [...ofArchives(lockText, archives, place), ...ofDirectories(lockText, unpacked, place)]
  return outOfRange(manifest, archives, unpacked, place)
}

function ofArchives(
  lockText: string,
  archives: readonly string[],
  place: ChartPlace,
): readonly ToolFinding[] {
  const read = lock.safeParse(valueIn(lockText))
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

function ofDirectories(
  lockText: string,
  unpacked: readonly Unpacked[],
  place: ChartPlace,
): readonly ToolFinding[] {
  const named = lock.safeParse(valueIn(lockText)).data?.dependencies ?? []
  return unpacked.flatMap(({ path, text }) => {
    const found = chart.safeParse(valueIn(text)).data
    const wanted = named.find(({ name }) => name === found?.name)
    if (found === undefined || wanted === undefined || satisfies(found.version, wanted.version)) return []
    const message = `${path} has version ${found.version}, and Chart.lock names ${wanted.version}`
    return [finding(message, path, place, "helm dependency build")]
  })
}

/** What lies in `charts/` though Chart.yaml allows other versions alone. */
function outOfRange(
  manifest: string,
  archives: readonly string[],
  unpacked: readonly Unpacked[],
  place: ChartPlace,
): readonly ToolFinding[] {
  const wanted = lock.safeParse(valueIn(manifest)).data?.dependencies ?? []
  const there = [
    ...archives.flatMap((file) =>
      wanted
        .filter(({ name }) => isArchiveOf(file, name))
        .map(({ name }) => ({
          name,
          path: `charts/${file}`,
          version: file.slice(name.length + 1, -".tgz".length),
        })),
    ),
    ...unpacked.flatMap(({ path, text }) => {
      const found = chart.safeParse(valueIn(text)).data
      return found === undefined ? [] : [{ ...found, path }]
    }),
  ]
  return there.flatMap(({ name, path, version }) => {
    const range = wanted.find((one) => one.name === name)?.version
    if (range === undefined || satisfies(version, range, { includePrerelease: true })) return []
    const message = `${path} has version ${version}, and Chart.yaml asks for ${range}`
    return [finding(message, path, place, "helm dependency update")]
  })
}

function valueIn(text: string): unknown {
  const [document] = parseAllDocuments(text)
  return document === undefined ? undefined : valueOrNull(document)
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
