import { allNamed, at, child, type Element, readElements } from "./xml.ts"

/** A value, and the line of the pom that has it. */
export interface Placed {
  readonly value: string
  readonly line: number
}

/** A plugin that a pom configures for its build. */
export interface Plugin {
  readonly artifact: string
  readonly line: number
  /** Ids of its executions, by the goals that they run. */
  readonly executions: readonly { readonly id: string; readonly goals: readonly string[] }[]
  readonly configuration: Element | undefined
  /** Configurations of single executions. */
  readonly settings: readonly Element[]
}

/** What of a pom.xml counts for builds and checks; what it inherits from a registry is not in it. */
export interface Pom {
  readonly artifact: Placed
  readonly packaging: Placed
  readonly modules: readonly Placed[]
  /** Its parent; `path` is null where Maven looks for it in a registry alone. */
  readonly parent:
    | {
        readonly artifact: string
        readonly version: string
        readonly path: string | null
        readonly line: number
      }
    | undefined
  readonly properties: ReadonlyMap<string, Placed>
  /** Of its build, without what `pluginManagement` only prepares. */
  readonly plugins: readonly Plugin[]
  /** Every artifact that it names anywhere. */
  readonly artifacts: ReadonlySet<string>
}

/** @throws CONFIG_INVALID where it is no XML */
export function readPom(text: string, file: string): Pom {
  const root = readElements(text, file)
  const parent = child(root, "parent")
  const properties = child(root, "properties")?.children ?? []
  const modules = [at(root, "modules"), ...profilesOf(root).map((one) => child(one, "modules"))]
  return {
    artifact: placed(child(root, "artifactId"), ""),
    packaging: placed(child(root, "packaging"), "jar"),
    modules: modules.flatMap((one) => one?.children ?? []).map((one) => placed(one, "")),
    parent: parent === undefined ? undefined : parentOf(parent),
    properties: new Map(properties.map((one) => [one.name, placed(one, "")])),
    plugins: (at(root, "build", "plugins")?.children ?? []).map(pluginOf),
    artifacts: new Set(allNamed(root, "artifactId").map(({ text: name }) => name)),
  }
}

function profilesOf(root: Element): readonly Element[] {
  return child(root, "profiles")?.children ?? []
}

function parentOf(element: Element): NonNullable<Pom["parent"]> {
  const relative = child(element, "relativePath")
  // Maven's own default; an empty element says that the parent is in no directory.
  const path = relative === undefined ? "../pom.xml" : relative.text
  return {
    artifact: child(element, "artifactId")?.text ?? "",
    version: child(element, "version")?.text ?? "",
    path: path === "" ? null : path.endsWith(".xml") ? path : `${path}/pom.xml`,
    line: element.line,
  }
}

function pluginOf(element: Element): Plugin {
  const executions = child(element, "executions")?.children ?? []
  return {
    artifact: child(element, "artifactId")?.text ?? "",
    line: element.line,
    executions: executions.map((one) => ({
      id: child(one, "id")?.text ?? "default",
      goals: (child(one, "goals")?.children ?? []).map(({ text }) => text),
    })),
    configuration: child(element, "configuration"),
    settings: executions.flatMap((one) => child(one, "configuration") ?? []),
  }
}

function placed(element: Element | undefined, otherwise: string): Placed {
  return { value: element?.text ?? otherwise, line: element?.line ?? 1 }
}
