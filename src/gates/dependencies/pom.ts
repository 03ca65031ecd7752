import { childrenNamed, type Element, readXml } from "../formats/xml.ts"

/** What a pom needs by its own words: neither what it only manages, nor what plugins need. */
interface Pom {
  /** It has no packages of its own, and collects modules. */
  readonly collects: boolean
  /** As `group:artifact`. */
  readonly dependencies: readonly string[]
  /** Those of profiles alone, as `group:artifact:version`: the scanner reads none of them. */
  readonly inProfiles: readonly string[]
}

/** A text: why it cannot be read. */
export function readPom(text: string): Pom | string {
  const project = projectIn(text)
  if (typeof project === "string") return project
  const own = dependenciesOf(project)
  const withVersion = new Set(own.map(({ name, version }) => `${name}:${version}`))
  const inProfiles = childrenNamed(project, "profiles")
    .flatMap((one) => childrenNamed(one, "profile").flatMap(dependenciesOf))
    .map(({ name, version }) => `${name}:${version}`)
    .filter((one) => !withVersion.has(one))
  return {
    collects: textAt(project, "packaging") === "pom" && own.length + inProfiles.length === 0,
    dependencies: [...new Set(own.map(({ name }) => name))],
    inProfiles: [...new Set(inProfiles)],
  }
}

/** Dependencies that the scanner did not see under their names, where each property may stand for anything. */
export function notSeen({ dependencies }: Pom, seen: readonly string[]): readonly string[] {
  return dependencies.filter((name) => {
    const parts = name.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    const pattern = new RegExp(`^${parts.join("[^:]+")}$`)
    return !seen.some((one) => pattern.test(one))
  })
}

function projectIn(text: string): Element | string {
  try {
    return readXml("a pom", text)
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

function dependenciesOf(element: Element) {
  return childrenNamed(element, "dependencies")
    .flatMap((one) => childrenNamed(one, "dependency"))
    .map((one) => ({
      name: `${textAt(one, "groupId")}:${textAt(one, "artifactId")}`,
      version: textAt(one, "version"),
    }))
}

const textAt = (element: Element, name: string): string => childrenNamed(element, name)[0]?.text.trim() ?? ""
