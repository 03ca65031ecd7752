import { dag } from "@dagger.io/dagger"
import { type AskedAnew, askCached, type Program, type Session } from "../src/call/index.ts"
import {
  type LocationRequest,
  type OpenApiRequest,
  type SchemasAnswer,
  type ServerRequest,
  schemasAnswer,
} from "../src/chart/index.ts"
import { SignalboxError, sha256 } from "../src/domain/index.ts"
import type { KubernetesSchemas } from "../src/gates/index.ts"
import {
  clusterPorts,
  embeddedCluster,
  findCluster,
  findSchemas,
  imageAddress,
  isInsecure,
  nodeRunner,
  runnerRoot,
  schemaFiles,
} from "../src/toolbox/index.ts"

/**
 * The schemas that manifests are held against: those that the toolbox names, or else what its cluster's API server tells.
 * Documents and clusters are read once for each digest, a location once a day.
 * @throws CONFIG_INVALID where the toolbox names neither
 */
export async function kubernetesSchemas(session: Session): Promise<KubernetesSchemas> {
  const toolbox = await session.toolbox()
  const source = findSchemas(toolbox)
  switch (source.kind) {
    case "image": {
      const { version, ...image } = source
      return { version, source: imageAddress(image), files: async () => schemaFiles(image) }
    }
    case "openapi": {
      const { url, digest, version } = source
      assertSafe(url, isInsecure(toolbox, hostOf(url)))
      const pinned = digest === "unresolved" ? undefined : digest
      const files = async () => {
        const request: OpenApiRequest = { url, digest: pinned }
        return (await ask(session, "openapi", request, url, pinned === undefined ? "day" : "content")).schemas
      }
      return { version, source: `${url}${pinned === undefined ? "" : `@${pinned}`}`, files }
    }
    case "location": {
      const { location, version } = source
      assertSafe(location, isInsecure(toolbox, hostOf(location)))
      const files: KubernetesSchemas["files"] = async (kinds) => {
        const request: LocationRequest = { location, version, kinds: [...kinds] }
        return (await ask(session, "location", request, location, "day")).schemas
      }
      return { version, source: location, files }
    }
    case "cluster":
      return ofCluster(session)
  }
}

/** Those of the embedded cluster: started once for each image, and for nothing else than to be asked. */
async function ofCluster(session: Session): Promise<KubernetesSchemas> {
  const toolbox = await session.toolbox()
  const image = imageAddress(findCluster(toolbox))
  // Not secret: the cluster holds nothing, and ends with the question. Another token would be another input of the exec.
  const token = dag.setSecret(
    `schemas-${sha256(image)}`,
    sha256(`schemas of ${image}`).slice("sha256:".length),
  )
  const cluster = embeddedCluster(toolbox, token)
  const request: ServerRequest = {
    address: `https://cluster:${clusterPorts.api}`,
    authorityUrl: `http://cluster:${clusterPorts.ready}/ca.crt`,
    tokenFile: "/run/secrets/cluster-token",
  }
  const { answer, schemas } = await ask(session, "server", request, image, "content", (program) => ({
    ...program,
    container: program.container
      .withServiceBinding("cluster", cluster)
      .withMountedSecret("/run/secrets/cluster-token", token),
  }))
  if (answer.version !== null) return { version: answer.version, source: image, files: async () => schemas }
  throw new SignalboxError("OUTPUT_UNREADABLE", {
    what: "the cluster of the toolbox does not tell its version",
    where: image,
    next: "name the schemas: schemas.kubernetes in toolbox.yaml",
  })
}

async function ask(
  session: Session,
  command: "openapi" | "location" | "server",
  request: OpenApiRequest | LocationRequest | ServerRequest,
  where: string,
  anew: AskedAnew,
  prepared: (program: Program) => Program = (program) => program,
) {
  const container = (await nodeRunner(await session.toolbox())).withNewFile(
    "/request.json",
    JSON.stringify(request),
  )
  const program = prepared({
    name: "the schemas program",
    where,
    next: "call again",
    container,
    command: [`${runnerRoot}/src/chart/schemas/main.ts`, command, "--request", "/request.json"],
  })
  const { answer, out } = await askCached<SchemasAnswer>(session, program, schemasAnswer, anew)
  return { answer, schemas: out.directory("schemas") }
}

function hostOf(address: string): string {
  return /^https?:\/\/([^/?#]+)/.exec(address)?.[1] ?? ""
}

/** @throws CONFIG_INVALID for plain HTTP, by which anybody on the way could let every manifest pass */
function assertSafe(address: string, isPlainAllowed: boolean): void {
  if (!address.startsWith("http://") || isPlainAllowed) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: "the schemas of Kubernetes would be read by plain HTTP",
    where: "toolbox.yaml: schemas.kubernetes",
    why: address,
    next: "use https, or name the host under insecureRegistries",
  })
}
