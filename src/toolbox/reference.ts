import { SignalboxError } from "../domain/errors.ts"
import type { ToolIdentity } from "../domain/gate-result.ts"
import type { ImageSource, Tool, ToolboxFile, ToolName } from "./schema.ts"

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

/** @throws DATABASE_MISSING when the toolbox names no advisory database: without one nothing can be judged. */
export function findAdvisories(toolbox: ToolboxFile): NonNullable<ToolboxFile["databases"]["trivy"]> {
  const database = toolbox.databases.trivy
  if (database !== undefined) return database
  throw new SignalboxError("DATABASE_MISSING", {
    what: "the toolbox names no advisory database",
    where: "toolbox.yaml: databases.trivy",
    next: "name the image of a Trivy database, its name and its digest",
  })
}

/** @throws CONFIG_INVALID when the toolbox names no Kubernetes schemas. */
export function findSchemas(toolbox: ToolboxFile): NonNullable<ToolboxFile["schemas"]["kubernetes"]> {
  const schemas = toolbox.schemas.kubernetes
  if (schemas === undefined) throw missing("schemas.kubernetes", "the JSON schemas of Kubernetes")
  return schemas
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
    ["databases.trivy", toolbox.databases.trivy],
    ["schemas.kubernetes", toolbox.schemas.kubernetes],
  ]
  return named.filter(([, source]) => source?.digest === unresolved).map(([name]) => name)
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
