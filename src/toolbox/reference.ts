import { SignalboxError } from "../domain/errors.ts"
import type { ToolIdentity } from "../domain/gate-result.ts"
import type { DatabaseName, ImageSource, Tool, ToolboxFile, ToolName } from "./schema.ts"

export const unresolved = "unresolved"

/** The reference that a container is created from: `image@digest`, or the plain tag where there is no digest. */
export function imageAddress(source: ImageSource): string {
  return source.digest === unresolved ? source.image : `${source.image}@${source.digest}`
}

/** @throws CONFIG_INVALID when the toolbox does not name the tool. */
export function findTool(toolbox: ToolboxFile, name: ToolName): Tool {
  const tool = toolbox.tools[name]
  if (tool === undefined) throw missing(`tools.${name}`, `the tool ${name}`)
  return tool
}

/** Where a database comes from, and how reports call it. */
export type DatabaseSource = { readonly name: string } & (
  | { readonly kind: "image"; readonly image: string; readonly digest: string; readonly path: string }
  | {
      readonly kind: "artifact"
      /** `REGISTRY/NAME:TAG`, in the order in which they are asked. */
      readonly places: readonly string[]
      /** Digest of the artifact; `unresolved`: the one that the tag means when it is looked up. */
      readonly digest: string
      readonly refresh: "day" | "call"
    }
)

/** Null when the toolbox names no such database. */
export function databaseSource({ databases }: ToolboxFile, database: DatabaseName): DatabaseSource | null {
  const named = databases[database]
  if (named === undefined) return null
  const { name, digest, artifact, mirrors, refresh, image, path } = named
  if (artifact !== undefined)
    return { kind: "artifact", name, digest, places: [artifact, ...mirrors], refresh }
  if (image !== undefined) return { kind: "image", name, digest, image, path }
  throw missing(`databases.${database}`, "artifact or image of the database")
}

/** @throws DATABASE_MISSING when the toolbox names no advisory database: without one nothing can be judged. */
export function findAdvisories(toolbox: ToolboxFile): DatabaseSource {
  const source = databaseSource(toolbox, "trivy")
  if (source !== null) return source
  throw new SignalboxError("DATABASE_MISSING", {
    what: "the toolbox names no advisory database",
    where: "toolbox.yaml: databases.trivy",
    next: "name the artifact of Trivy's database (artifact: ghcr.io/aquasecurity/trivy-db:2), or an image that holds it",
  })
}

/** Where the schemas of Kubernetes come from. */
export type SchemasSource =
  | {
      readonly kind: "image"
      readonly image: string
      readonly digest: string
      readonly path: string
      readonly version: string
    }
  | { readonly kind: "openapi"; readonly url: string; readonly digest: string; readonly version: string }
  | { readonly kind: "location"; readonly location: string; readonly version: string }
  /** The embedded cluster's API server tells them, and its version. */
  | { readonly kind: "cluster" }

/** @throws CONFIG_INVALID when the toolbox names neither Kubernetes schemas nor a cluster: nothing can be checked then. */
export function findSchemas(toolbox: ToolboxFile): SchemasSource {
  const named = toolbox.schemas.kubernetes
  if (named === undefined && toolbox.cluster !== undefined) return { kind: "cluster" }
  if (named !== undefined) {
    const { image, openapi, location, digest, path, version } = named
    if (image !== undefined) return { kind: "image", image, digest, path, version }
    if (openapi !== undefined) return { kind: "openapi", url: openapi, digest, version }
    if (location !== undefined) return { kind: "location", location, version }
  }
  throw new SignalboxError("CONFIG_INVALID", {
    what: "the toolbox does not name the JSON schemas of Kubernetes",
    where: "toolbox.yaml: schemas.kubernetes",
    next: "add schemas.kubernetes with openapi, location or image, or a cluster, whose API server tells its schemas",
  })
}

/** @throws CONFIG_INVALID when the toolbox names no cluster to start. */
export function findCluster(toolbox: ToolboxFile): NonNullable<ToolboxFile["cluster"]> {
  if (toolbox.cluster !== undefined) return toolbox.cluster
  throw new SignalboxError("CONFIG_INVALID", {
    what: "the toolbox does not name the image of the embedded cluster",
    where: "toolbox.yaml: cluster",
    next: "add cluster with image and digest, or call with --kubeconfig for another cluster",
  })
}

/** A tool's identity in the evidence. */
export function toolIdentity(toolbox: ToolboxFile, name: ToolName): ToolIdentity {
  const tool = findTool(toolbox, name)
  return { name, version: tool.version, image: tool.digest === unresolved ? unresolved : imageAddress(tool) }
}

/** Version of a tool by its name, which a language may have and no toolbox; undefined where the toolbox does not name it. */
export function versionOf({ tools }: ToolboxFile, name: string): string | undefined {
  return Object.entries(tools).find(([tool]) => tool === name)?.[1]?.version
}

/** Names of all images without a digest; protected environments refuse a toolbox with any. */
export function unresolvedImages(toolbox: ToolboxFile): string[] {
  const named: [string, ImageSource | undefined][] = [
    ...Object.entries(toolbox.tools).map(([name, tool]): [string, ImageSource | undefined] => [
      `tools.${name}`,
      tool,
    ]),
    ["databases.trivy", databaseImage(toolbox, "trivy")],
    ["databases.trivyJava", databaseImage(toolbox, "trivyJava")],
    ["databases.osv", databaseImage(toolbox, "osv")],
    ["schemas.kubernetes", schemasPinned(toolbox)],
  ]
  return named.filter(([, source]) => source?.digest === unresolved).map(([name]) => name)
}

/** What of the schemas has a digest: the files of a location have none. */
function schemasPinned({ schemas: { kubernetes } }: ToolboxFile): ImageSource | undefined {
  const pinned = kubernetes?.image ?? kubernetes?.openapi
  return pinned === undefined || kubernetes === undefined
    ? undefined
    : { image: pinned, digest: kubernetes.digest }
}

/** An artifact is looked up when it is used, and evidence has its digest and date: it is no open end. */
function databaseImage(toolbox: ToolboxFile, database: DatabaseName): ImageSource | undefined {
  const source = databaseSource(toolbox, database)
  return source?.kind === "image" ? source : undefined
}

/** Whether a registry (`host[:port]`), or that of an image reference, uses plain HTTP. */
export function isInsecure(toolbox: ToolboxFile, reference: string): boolean {
  return toolbox.insecureRegistries.some((host) => reference === host || reference.startsWith(`${host}/`))
}

function missing(where: string, what: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `the toolbox does not name ${what}`,
    where: `toolbox.yaml: ${where}`,
    next: `add ${where} with image, digest and version`,
  })
}
