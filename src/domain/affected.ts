import { type Parts, type ProjectParts, partsOf, type Why } from "./affected-parts.ts"

/** A path that a tree has otherwise than a base revision. A rename is two: one that is gone, and one that is new. */
export interface ChangedPath {
  /** Relative to the source root; one that is a directory, such as a submodule, ends with a slash. */
  readonly path: string
  readonly change: "added" | "modified" | "deleted" | "submodule"
}

/** Why a part is affected: by which path, and what that is to it. */
export interface Because extends Why {
  readonly path: string
}

export interface AffectedComponent {
  readonly component: string
  /** False: its checks alone, because its build leaves out what has changed. */
  readonly image: boolean
  readonly because: readonly Because[]
}

/** What the paths that have changed can reach, from component to environment. */
export interface Affected {
  readonly changed: readonly ChangedPath[]
  /** Paths that decide about all of it, whatever else has changed. */
  readonly everything: readonly Because[]
  /** In the order of the configuration. */
  readonly components: readonly AffectedComponent[]
  /** Components that none of the paths can reach. */
  readonly others: readonly string[]
  /** What has changed of the chart, or of what it is rendered with. The digests of images come on top. */
  readonly chart: readonly Because[]
  readonly environments: readonly AffectedEnvironment[]
  /** Paths that reach no component, chart or environment. A gate over the whole tree judges them all the same. */
  readonly without: readonly string[]
}

export interface AffectedEnvironment {
  readonly environment: string
  /** Files of its own. */
  readonly because: readonly Because[]
  /** Components whose images it gets. */
  readonly images: readonly string[]
  /** It gets another chart. */
  readonly chart: boolean
}

/** What of a project a partial report is about. */
export interface AffectedScope {
  /** The base revision, as the call names it. */
  readonly since: string
  readonly commit: string
  /** Number of paths that differ from it. */
  readonly changed: number
  readonly components: readonly string[]
  readonly others: readonly string[]
  readonly chart: boolean
  /** Paths that decide about all of it. */
  readonly everything: readonly string[]
}

/**
 * From changed paths to what they can reach: path → component → image → chart → environment. Pure. A path of which nobody
 * knows whether it matters is one that does: there is never less in it than there is.
 */
export function affectedBy(changed: readonly ChangedPath[], project: ProjectParts): Affected {
  const reached = changed.map(({ path }) => ({ path, parts: partsOf(path, project) }))
  const because = (select: (parts: Parts) => readonly Why[]): Because[] =>
    reached.flatMap(({ path, parts }) => select(parts).map((one) => ({ path, ...whyOf(one) })))
  const everything = because((parts) => parts.everything)
  const chart = [...everything, ...because((parts) => parts.chart)]
  const components = project.components.flatMap(({ name }): AffectedComponent[] => {
    const of = (parts: Parts) => parts.components.filter(({ component }) => component === name)
    const all = [...everything, ...because(of)]
    const image = everything.length > 0 || reached.some(({ parts }) => of(parts).some((one) => one.image))
    return all.length === 0 ? [] : [{ component: name, image, because: all }]
  })
  const images = components.filter(({ image }) => image).map(({ component }) => component)
  const environments = project.environments.flatMap(({ name }): AffectedEnvironment[] => {
    const own = because((parts) => parts.environments.filter(({ environment }) => environment === name))
    const one = { environment: name, because: [...everything, ...own], images, chart: chart.length > 0 }
    return one.because.length > 0 || images.length > 0 || one.chart ? [one] : []
  })
  const names = new Set(components.map(({ component }) => component))
  return {
    ...{ changed, everything, components, chart, environments },
    others: project.components.map(({ name }) => name).filter((name) => !names.has(name)),
    without: reached.filter(({ parts }) => reachesNothing(parts)).map(({ path }) => path),
  }
}

/** What a partial report says of it at its head. */
export function scopeOf(
  affected: Affected,
  { since, commit, of }: { readonly since: string; readonly commit: string; readonly of: "image" | "checks" },
): AffectedScope {
  const chosen = affected.components.filter(({ image }) => image || of === "checks")
  const components = chosen.map(({ component }) => component)
  const left = affected.components.filter((one) => !chosen.includes(one)).map(({ component }) => component)
  return {
    ...{ since, commit, changed: affected.changed.length, components },
    others: [...left, ...affected.others],
    // What an environment's own file says is rendered, too.
    chart: affected.chart.length > 0 || affected.environments.some(({ because }) => because.length > 0),
    everything: [...new Set(affected.everything.map(({ path }) => path))],
  }
}

function whyOf({ why, certain }: Why): Why {
  return { why, ...(certain === undefined ? {} : { certain }) }
}

function reachesNothing({ everything, components, chart, environments }: Parts): boolean {
  return everything.length + components.length + chart.length + environments.length === 0
}
