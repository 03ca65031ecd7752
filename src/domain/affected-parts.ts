/** What a path is to a part of the project. */
export interface Why {
  readonly why: string
  /** Absent: nothing tells that it does not matter, and so it counts. */
  readonly certain?: true
}

/** A file or directory, and what it is. */
export interface NamedPart {
  readonly path: string
  readonly why: string
  /** Nothing tells that a path in it matters, and nothing that it does not. */
  readonly uncertain?: true
}

/**
 * What a component is made of beside what its build takes of its directory, as its language knows it. A directory ends with a
 * slash; `./` is the source root.
 */
export interface Reach {
  /** What lies outside of its directory and yet belongs to it, relative to the source root: a lock file above, shared modules. */
  readonly outside: readonly NamedPart[]
  /** What of these directories does not belong to it. */
  readonly except: readonly string[]
  /** What its image is made of although its build leaves it out of the sources, such as a lock file; relative to its directory. */
  readonly besides: readonly string[]
}

/** Files and directories of one component, relative to the source root. */
export interface ComponentParts {
  readonly name: string
  /** Null: it is built elsewhere. */
  readonly directory: string | null
  /** What its build leaves out. */
  readonly leftOut: readonly string[]
  /** What its settings name: its build reads these, whatever else it leaves out. */
  readonly named: readonly string[]
  /** Or why nobody knows. */
  readonly reach: Reach | { readonly unknown: string }
}

/** What a project consists of, by path. */
export interface ProjectParts {
  /** What decides about all of it: configuration, toolbox, waivers. */
  readonly settings: readonly NamedPart[]
  readonly components: readonly ComponentParts[]
  readonly chart: readonly NamedPart[]
  readonly environments: readonly { readonly name: string; readonly files: readonly NamedPart[] }[]
  /** Nobody has written what the application consists of: a path of no component may be one of several. */
  readonly assumed: boolean
}

/** What one path can reach. */
export interface Parts {
  readonly everything: readonly Why[]
  readonly components: readonly (Why & { readonly component: string; readonly image: boolean })[]
  readonly chart: readonly Why[]
  readonly environments: readonly (Why & { readonly environment: string })[]
}

/** What a path can reach by itself: that an image reaches the chart is not told here. */
export function partsOf(path: string, project: ProjectParts): Parts {
  const components = project.components.flatMap((one) => {
    const found = componentPart(path, one)
    return found === undefined ? [] : [{ component: one.name, ...found }]
  })
  const chart = named(path, project.chart)
  const environments = project.environments.flatMap(({ name, files }) =>
    named(path, files).map((why) => ({ environment: name, ...why })),
  )
  const known = components.length + chart.length + environments.length > 0
  const unknown = project.assumed && !known && !isForPeople(path)
  return {
    everything: [
      ...named(path, project.settings),
      ...(unknown ? [{ why: "without signalbox.yaml, nobody has written what it belongs to" }] : []),
    ],
    ...{ components, chart, environments },
  }
}

function named(path: string, parts: readonly NamedPart[]): readonly Why[] {
  return parts
    .filter((one) => meets(path, one.path))
    .map(({ why, uncertain }) => ({ why, ...(uncertain === true ? {} : { certain: true }) }))
}

function componentPart(path: string, one: ComponentParts): (Why & { readonly image: boolean }) | undefined {
  const { directory, reach } = one
  if (directory === null) return undefined
  const inside = meets(path, directory)
  if ("unknown" in reach) {
    const why = inside
      ? "it is in its directory"
      : `nobody knows that it does not belong to it: ${reach.unknown}`
    return { image: true, why, ...(inside ? { certain: true } : {}) }
  }
  if (inside)
    return isLeftOut(path, one, reach)
      ? { image: false, why: "its build leaves it out; its checks see it", certain: true }
      : { image: true, why: "it is in its directory", certain: true }
  const claim = reach.outside.find((part) => meets(path, part.path) && !isExcepted(path, part, reach))
  if (claim !== undefined)
    return { image: true, why: claim.why, ...(claim.uncertain === true ? {} : { certain: true }) }
  return isAbove(path, directory)
    ? { image: true, why: "it lies above its directory, where lock files and settings for all below may lie" }
    : undefined
}

/** What is named by itself, such as the pom of another module, belongs to it although the directory around does not. */
function isExcepted(path: string, claim: NamedPart, { except }: Reach): boolean {
  return except.some((part) => isIn(path, part) && isIn(part, claim.path))
}

function isLeftOut(path: string, { directory, leftOut, named: read }: ComponentParts, reach: Reach): boolean {
  if (!leftOut.some((part) => isIn(path, part))) return false
  const besides = reach.besides.map((part) => (directory === "./" ? part : `${directory}${part}`))
  return ![...read, ...besides].some((part) => meets(path, part))
}

/** Whether a path is a part, or in one that is a directory. */
export function isIn(path: string, part: string): boolean {
  if (part === "./") return true
  return part.endsWith("/") ? path.startsWith(part) || `${path}/` === part : path === part
}

/** The same, also for a path that is a directory with the part in it: a submodule, a directory that has become a file. */
function meets(path: string, part: string): boolean {
  return isIn(path, part) || part.startsWith(path.endsWith("/") ? path : `${path}/`)
}

/** Whether a file lies directly in a directory that a component's directory is in. */
function isAbove(path: string, directory: string): boolean {
  const slash = path.lastIndexOf("/")
  const place = path.slice(0, slash + 1)
  return directory.startsWith(place) && directory !== place && !isForPeople(path)
}

/** Read by people, by git and by CI servers; neither by a build nor by a check of a component below. */
function isForPeople(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1)
  return (
    /\.(?:md|adoc|rst)$/i.test(name) ||
    /^(?:README|CHANGELOG|LICEN[CS]E|NOTICE|CONTRIBUTING|AUTHORS|CODEOWNERS|Jenkinsfile)(?:\.|$)/i.test(
      name,
    ) ||
    /^(?:\.gitignore|\.gitlab-ci\.yml)$/.test(name)
  )
}
