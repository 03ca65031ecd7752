import { type Container, type Directory, dag, ReturnType } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { type ErrorCode, errorCodes, SignalboxError } from "../src/domain/index.ts"
import type { EvidenceKind, StoreSettings } from "../src/evidence/index.ts"
import { effect, isInsecure, runnerRoot } from "../src/toolbox/index.ts"

/** Where a project's images and evidence are: `host[:port]` and the path below it. */
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

export interface FoundEvidence {
  readonly files: Directory
  readonly digest: string
  readonly reference: string
}

/** Looks evidence up, freshly on every call; undefined only when the store answered that it has none. */
export async function getEvidence(
  session: Session,
  kind: EvidenceKind,
  key: string,
): Promise<FoundEvidence | undefined> {
  const done = await storeProgram(session, ["get", "--kind", kind, "--key", key], dag.directory())
  const answer = await readAnswer(done)
  return answer.found
    ? { files: done.directory("/out/files"), digest: answer.digest, reference: answer.reference }
    : undefined
}

/** Every key of a kind that begins so, read freshly, in no order. @throws REGISTRY_UNREACHABLE */
export async function evidenceKeys(
  session: Session,
  kind: EvidenceKind,
  prefix: string,
): Promise<readonly string[]> {
  const done = await storeProgram(session, ["keys", "--kind", kind, "--key", prefix], dag.directory())
  return (JSON.parse(await done.file("/out/answer.json").contents()) as { keys: string[] }).keys
}

/** Keeps files under a key, once and for ever. @throws RECORD_CONFLICT, REGISTRY_UNREACHABLE */
export async function putEvidence(
  session: Session,
  kind: EvidenceKind,
  key: string,
  files: Directory,
): Promise<FoundEvidence> {
  const done = await storeProgram(session, ["put", "--kind", kind, "--key", key, "--in", "/in"], files)
  const { digest, reference } = await readAnswer(done)
  return { files, digest, reference }
}

async function storeProgram(session: Session, args: readonly string[], files: Directory): Promise<Container> {
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
    .withDirectory("/out", dag.directory())
  const withToken =
    registryToken === undefined ? prepared : prepared.withMountedSecret(passwordFile, registryToken)
  const program = `${runnerRoot}/src/evidence/store/main.ts`
  const command = ["node", program, ...args, "--store", "/store.json", "--out", "/out"]
  const done = await effect(withToken, session.nonce).withExec(command, { expect: ReturnType.Any }).sync()
  const exitCode = await done.exitCode()
  if (exitCode !== 0) throw readError(await done.stderr())
  return done
}

async function readAnswer(done: Container): Promise<{ found: boolean; digest: string; reference: string }> {
  const { found, digest, reference } = JSON.parse(await done.file("/out/answer.json").contents())
  return { found: found === true, digest: String(digest ?? ""), reference: String(reference ?? "") }
}

/** The error that one of our programs printed, as an error of this process again. */
export function readError(stderr: string): SignalboxError {
  const text = stderr.trim()
  const code = /^([A-Z_]+): /m.exec(text)?.[1]
  const known = code !== undefined && code in errorCodes ? (code as ErrorCode) : "INTERNAL"
  const line = (name: string) => new RegExp(`^ +${name}: +(.*)$`, "m").exec(text)?.[1]
  const [where, why, next] = [line("where"), line("why"), line("next")]
  return new SignalboxError(known, {
    what: /^[A-Z_]+: (.*)$/m.exec(text)?.[1] ?? text,
    ...(where === undefined ? {} : { where }),
    ...(why === undefined ? {} : { why }),
    ...(next === undefined ? {} : { next }),
  })
}
