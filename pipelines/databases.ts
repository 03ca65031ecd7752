import type { Container, Directory } from "@dagger.io/dagger"
import { askCached, type Program, type Session } from "../src/call/index.ts"
import { parseDigest } from "../src/domain/index.ts"
import { type ArtifactPlace, answers, type FetchRequest, type ResolveRequest } from "../src/evidence/index.ts"
import type { AdvisoryDatabase } from "../src/gates/index.ts"
import type { RegistryLogin } from "../src/languages/index.ts"
import {
  type DatabaseName,
  type DatabaseSource,
  databaseFiles,
  databaseSource,
  isInsecure,
  nodeRunner,
  runnerRoot,
  type Trust,
} from "../src/toolbox/index.ts"
import { registryLogin } from "./build.ts"

type Artifact = Extract<DatabaseSource, { readonly kind: "artifact" }>

/** Databases by call and source: a tag is looked up once, however many gates use what it means. */
const known = new Map<string, Promise<AdvisoryDatabase>>()

/**
 * A database of the toolbox, with its files. The tag of an artifact is looked up once a day or by every call, as the
 * toolbox says; what it means is downloaded once, by its digest.
 * @returns null where the toolbox names none
 * @throws DATABASE_MISSING where no place has it; OUTPUT_UNREADABLE for an artifact of another kind
 */
export async function database(
  session: Session,
  trust: Trust,
  name: DatabaseName,
): Promise<AdvisoryDatabase | null> {
  const toolbox = await session.toolbox()
  const source = databaseSource(toolbox, name)
  if (source === null) return null
  if (source.kind === "image")
    return { files: databaseFiles(source), name: source.name, digest: source.digest }
  const key = `${session.id} ${trust} ${name} ${JSON.stringify(source)}`
  const found = known.get(key) ?? published(session, trust, name, source)
  known.set(key, found)
  return found
}

async function published(
  session: Session,
  trust: Trust,
  kind: DatabaseName,
  { places: named, digest, refresh, name }: Artifact,
): Promise<AdvisoryDatabase> {
  const reader = await readerOf(session, trust, named)
  const pinned = digest === "unresolved" ? undefined : parseDigest(digest)
  const request: ResolveRequest = { kind, places: reader.places, digest: pinned }
  const { answer: found } = await askCached(
    session,
    reader.program("resolve", request),
    answers.databaseResolve,
    pinned === undefined ? refresh : reader.anew,
  )
  // The place that has answered first: the others may be out.
  const places = [...reader.places].sort(
    (a, b) => Number(b.reference === found.place) - Number(a.reference === found.place),
  )
  const fetch: FetchRequest = { kind, places, layer: found.layer }
  const { out } = await askCached(session, reader.program("fetch", fetch), answers.databaseFetch, reader.anew)
  const files: Directory = out.directory("files")
  return { files, name, digest: found.digest, source: found.place }
}

interface Reader {
  readonly places: ArtifactPlace[]
  /** An exec with a secret does not follow from its content alone: it is run once a day. */
  readonly anew: "content" | "day"
  program(command: "resolve" | "fetch", request: ResolveRequest | FetchRequest): Program
}

const passwordFile = "/run/secrets/registry-token"

/** Only the project's own registry gets the call's credentials: every other place is read as anybody reads it. */
async function readerOf(session: Session, trust: Trust, named: readonly string[]): Promise<Reader> {
  const [toolbox, login] = await Promise.all([session.toolbox(), registryLogin(session, trust)])
  const isOwn = (reference: string) => login !== undefined && reference.startsWith(`${login.registry}/`)
  const places = named.map((reference): ArtifactPlace => {
    const insecure = isInsecure(toolbox, reference)
    return isOwn(reference) && login !== undefined
      ? { reference, insecure, username: login.username, passwordFile }
      : { reference, insecure }
  })
  const own = named.some(isOwn) ? login : undefined
  const container = withLogin(await nodeRunner(toolbox), own)
  return {
    places,
    anew: own === undefined ? "content" : "day",
    program: (command, request) => ({
      name: "the database program",
      where: named.join(", "),
      next: "call again",
      container: container.withNewFile("/request.json", JSON.stringify(request)),
      command: [`${runnerRoot}/src/evidence/database/main.ts`, command, "--request", "/request.json"],
    }),
  }
}

function withLogin(container: Container, login: RegistryLogin | undefined): Container {
  return login === undefined ? container : container.withMountedSecret(passwordFile, login.password)
}
