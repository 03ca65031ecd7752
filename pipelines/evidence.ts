import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { askProgram, type Schema, type Session } from "../src/call/index.ts"
import { type Digest, SignalboxError } from "../src/domain/index.ts"
import { answers, type Claim, type EvidenceKind, type StoreSettings } from "../src/evidence/index.ts"
import { isInsecure, runnerRoot } from "../src/toolbox/index.ts"

/** Where a project's images and evidence are stored: `host[:port]` and the path below it. */
export interface RegistryPlace {
  readonly registry: string
  readonly prefix: string
}

/** @throws CONFIG_MISSING where nobody has named a registry */
export async function registryPlace(session: Session): Promise<RegistryPlace> {
  const [config, toolbox] = await Promise.all([session.config(), session.toolbox()])
  const registry = toolbox.registry ?? config.registry
  if (registry === undefined)
    throw new SignalboxError("CONFIG_MISSING", {
      what: "nobody has said where images and evidence are published",
      where: "signalbox.yaml: registry",
      why: "the tree has no signalbox.yaml, and the toolbox names no registry",
      next: "have it written by init: init --registry HOST/PATH",
    })
  const full = `${registry}/${config.project}`
  const slash = full.indexOf("/")
  return { registry: full.slice(0, slash), prefix: full.slice(slash + 1) }
}

export interface StoredEvidence {
  readonly files: Directory
  readonly digest: string
  readonly reference: string
}

/**
 * Looks evidence up in the registry on every call; undefined only when the registry answered that there is none.
 * @param whole refuses a release whose stored files are not those of its record. Default: false.
 */
export async function getEvidence(
  session: Session,
  kind: EvidenceKind,
  key: string,
  whole = false,
): Promise<StoredEvidence | undefined> {
  const command = ["get", "--kind", kind, "--key", key, ...(whole ? ["--whole"] : [])]
  const { answer, out } = await askStore(session, command, answers.get)
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

/** Every entry of a kind with this prefix, in one request of the caller's: `KEY/…` below `files`. @throws REGISTRY_UNREACHABLE */
export async function allEvidence(
  session: Session,
  kind: EvidenceKind,
  prefix: string,
): Promise<{ readonly keys: readonly string[]; readonly files: Directory }> {
  const { answer, out } = await askStore(session, ["all", "--kind", kind, "--key", prefix], answers.keys)
  return { keys: answer.keys, files: out.directory("files") }
}

/** Claims a version for a call, and returns the claims of other calls that stand. @throws REGISTRY_UNREACHABLE */
export async function claimVersion(session: Session, tag: string, claim: Claim): Promise<readonly Claim[]> {
  const files = dag.directory().withNewFile("claim.json", JSON.stringify(claim))
  const command = ["claim", "--kind", "claims", "--key", tag, "--in", "/in"]
  return (await askStore(session, command, answers.claim, { files })).answer.others
}

/** Withdraws the claim of this call, or that of one that is dead. @throws REGISTRY_UNREACHABLE */
export async function withdrawClaim(session: Session, tag: string, id: string): Promise<void> {
  const command = ["withdraw", "--kind", "claims", "--key", tag, "--claim", id]
  await askStore(session, command, answers.withdraw)
}

/**
 * Stores files under a key and returns them as stored. A key is written once: the same files again are accepted, other
 * files are refused. Statements among them are signed where the call has a signing key.
 * @param claim id of this call's claim, which must still stand. Default: none is needed.
 * @throws RECORD_CONFLICT, REGISTRY_UNREACHABLE, USAGE for a signing key that cannot be used
 */
export async function putEvidence(
  session: Session,
  kind: EvidenceKind,
  key: string,
  files: Directory,
  claim?: string,
): Promise<StoredEvidence> {
  const command = [
    ...["put", "--kind", kind, "--key", key, "--in", "/in"],
    ...(claim === undefined ? [] : ["--claim", claim]),
  ]
  const { answer, out } = await askStore(session, command, answers.put, { files, signs: true })
  return { files: out.directory("files"), ...answer }
}

/**
 * The call's signing key can be used. Asked before anything is changed: what has no signature then counts for nothing.
 * @returns the key's id; undefined where the call has none
 * @throws USAGE
 */
export async function assertSigningKey(session: Session): Promise<Digest | undefined> {
  if (session.inputs.signing === undefined) return undefined
  const { answer } = await askStore(session, ["key", "--kind", "verifications"], answers.key, { signs: true })
  return answer.id
}

const keyFile = "/run/secrets/signing-key"
const keyPasswordFile = "/run/secrets/signing-key-password"

/** A container with the call's signing key, and the options that name it. */
function withSigningKey(session: Session, container: Container) {
  const { signing } = session.inputs
  if (signing === undefined) return { container, options: [] }
  const withKey = container.withMountedSecret(keyFile, signing.key)
  if (signing.password === undefined) return { container: withKey, options: ["--sign-key", keyFile] }
  return {
    container: withKey.withMountedSecret(keyPasswordFile, signing.password),
    options: ["--sign-key", keyFile, "--sign-password", keyPasswordFile],
  }
}

async function askStore<T>(
  session: Session,
  command: readonly string[],
  answer: Schema<T>,
  { files = dag.directory(), signs = false }: { readonly files?: Directory; readonly signs?: boolean } = {},
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
  const withToken =
    registryToken === undefined ? prepared : prepared.withMountedSecret(passwordFile, registryToken)
  const { container, options } = signs
    ? withSigningKey(session, withToken)
    : { container: withToken, options: [] }
  const program = {
    name: "the evidence store program",
    where: `${place.registry}/${place.prefix}`,
    next: "call again: an incomplete upload has no tag and is ignored",
    container,
    command: [`${runnerRoot}/src/evidence/store/main.ts`, ...command, ...options, "--store", "/store.json"],
  }
  return askProgram(session, program, answer)
}
