import { type Directory, dag } from "@dagger.io/dagger"
import { askProgram, type Schema, type Session } from "../src/call/index.ts"
import { answers, type EvidenceKind, type StoreSettings } from "../src/evidence/index.ts"
import { isInsecure, runnerRoot } from "../src/toolbox/index.ts"

/** Where a project's images and evidence are stored: `host[:port]` and the path below it. */
export interface RegistryPlace {
  readonly registry: string
  readonly prefix: string
}

export async function registryPlace(session: Session): Promise<RegistryPlace> {
  const [config, toolbox] = await Promise.all([session.config(), session.toolbox()])
  const full = `${toolbox.registry ?? config.registry}/${config.project}`
  const slash = full.indexOf("/")
  return { registry: full.slice(0, slash), prefix: full.slice(slash + 1) }
}

export interface StoredEvidence {
  readonly files: Directory
  readonly digest: string
  readonly reference: string
}

/** Looks evidence up in the registry on every call; undefined only when the registry answered that there is none. */
export async function getEvidence(
  session: Session,
  kind: EvidenceKind,
  key: string,
): Promise<StoredEvidence | undefined> {
  const { answer, out } = await askStore(session, ["get", "--kind", kind, "--key", key], answers.get)
  if (!answer.found) return undefined
  return { files: out.directory("files"), digest: answer.digest, reference: answer.reference }
}

/** Every key of a kind with this prefix, read from the registry on every call, unordered. @throws REGISTRY_UNREACHABLE */
export async function evidenceKeys(
  session: Session,
  kind: EvidenceKind,
  prefix: string,
): Promise<readonly string[]> {
  const command = ["keys", "--kind", kind, "--key", prefix]
  return (await askStore(session, command, answers.keys)).answer.keys
}

/**
 * Stores files under a key and returns them as stored. A key is written once: the same files again are accepted, other
 * files are refused.
 * @throws RECORD_CONFLICT, REGISTRY_UNREACHABLE
 */
export async function putEvidence(
  session: Session,
  kind: EvidenceKind,
  key: string,
  files: Directory,
): Promise<StoredEvidence> {
  const command = ["put", "--kind", kind, "--key", key, "--in", "/in"]
  const { answer, out } = await askStore(session, command, answers.put, files)
  return { files: out.directory("files"), ...answer }
}

async function askStore<T>(
  session: Session,
  command: readonly string[],
  answer: Schema<T>,
  files: Directory = dag.directory(),
): Promise<{ readonly answer: T; readonly out: Directory }> {
  const [place, toolbox, runner] = await Promise.all([
    registryPlace(session),
    session.toolbox(),
    session.runner(),
  ])
  const { registryUser, registryToken } = session.inputs
  const passwordFile = "/run/secrets/registry-token"
  const settings: StoreSettings = {
    ...place,
    insecure: isInsecure(toolbox, place.registry),
    ...(registryToken === undefined ? {} : { username: registryUser ?? "signalbox", passwordFile }),
  }
  const prepared = runner
    .withMountedDirectory("/in", files)
    .withNewFile("/store.json", JSON.stringify(settings))
  const program = {
    name: "the evidence store program",
    where: `${place.registry}/${place.prefix}`,
    next: "call again: an incomplete upload has no tag and is ignored",
    container:
      registryToken === undefined ? prepared : prepared.withMountedSecret(passwordFile, registryToken),
    command: [`${runnerRoot}/src/evidence/store/main.ts`, ...command, "--store", "/store.json"],
  }
  return askProgram(session, program, answer)
}
