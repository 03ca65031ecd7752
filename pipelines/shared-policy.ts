import type { Container, File } from "@dagger.io/dagger"
import { askProgram, type Outcome, type Program, type Session } from "../src/call/index.ts"
import type { Extended } from "../src/config/index.ts"
import { ExitCode, parseImageRef, SignalboxError } from "../src/domain/index.ts"
import { type Answers, answers, parseReference, readPublicKey } from "../src/evidence/index.ts"
import { isInsecure, runnerRoot } from "../src/toolbox/index.ts"
import { registryPlace } from "./evidence.ts"

/** Who reads a shared policy. */
export interface PolicyReader {
  /** Names toolbox and registry, and has the credentials. */
  readonly session: Session
  /**
   * Whether the session's registry may get the credentials: not where a tree under test has chosen it. Another registry
   * never gets them.
   */
  readonly hasCredentials: boolean
}

/** Policies by call and reference: each is read once, however many trees of the call extend it. */
const known = new Map<string, Promise<Extended>>()

/**
 * The policy that `extends` names, from its registry.
 * @param reference `REGISTRY/NAME[:TAG]@sha256:…`; only the digest decides what it is.
 * @throws REGISTRY_UNREACHABLE, STATE_DAMAGED, OUTPUT_UNREADABLE, CONFIG_INVALID: never is there no policy instead.
 */
export function sharedPolicy(reader: PolicyReader, reference: string): Promise<Extended> {
  const key = `${reader.session.id} ${reader.hasCredentials} ${reference}`
  const found = known.get(key) ?? readPolicy(reader, reference)
  known.set(key, found)
  return found
}

async function readPolicy({ session, hasCredentials }: PolicyReader, reference: string): Promise<Extended> {
  const { repository, digest } = parseImageRef(reference)
  const [place, { parseSharedPolicy }] = await Promise.all([
    registryPlace(session),
    import("../src/config/index.ts"),
  ])
  const { registry } = placeOf(repository)
  const program = await policyProgram(session, repository, {
    command: ["pull", "--digest", digest],
    signedIn: hasCredentials && registry === place.registry,
  })
  const { answer } = await askProgram(session, program, answers.policyPull)
  return { reference, policy: await parseSharedPolicy(answer.text, reference) }
}

/** The same call under the policy that its own tree extends; the call itself where it extends none. */
export async function underOwnExtends(session: Session): Promise<Session> {
  const { extends: reference } = await session.config()
  if (reference === undefined) return session
  return extendedBy(session, await sharedPolicy({ session, hasCredentials: true }, reference))
}

/** @throws CONFIG_INVALID where nothing satisfies both */
export async function extendedBy(session: Session, shared: Extended): Promise<Session> {
  const { underShared } = await import("../src/config/index.ts")
  const [config, { source }] = await Promise.all([session.config(), session.checkedConfig()])
  return session.withPolicy({
    config: underShared(config, source, shared),
    base: undefined,
    shared,
  })
}

/**
 * The call `publish-policy`: checks a shared policy, stores it, and prints what repositories name in `extends`.
 * @param to `REGISTRY/NAME:TAG`
 * @throws CONFIG_INVALID with every mistake by line and column; USAGE for another form of --to; REGISTRY_UNREACHABLE
 */
export async function publishPolicy(session: Session, file: File, to: string): Promise<Outcome> {
  const { registry, repository, reference: tag } = destination(to)
  const { parseSharedPolicy } = await import("../src/config/index.ts")
  const { signingKeys = [] } = await parseSharedPolicy(await file.contents(), await file.name())
  // A key that cannot be read would stop every repository that extends the policy.
  for (const key of signingKeys) readPublicKey(key)
  const program = await policyProgram(session, `${registry}/${repository}`, {
    command: ["push", "--tag", tag, "--file", "/policy.yaml"],
    signedIn: true,
    input: (container) => container.withFile("/policy.yaml", file),
  })
  const { answer } = await askProgram(session, program, answers.policyPush)
  return { exitCode: ExitCode.pass, stdout: `${to}@${answer.digest}\n${tagLine(tag, answer)}` }
}

/** @throws USAGE for anything but `REGISTRY/NAME:TAG` */
function destination(to: string): ReturnType<typeof parseReference> {
  const next = "name a tag: --to REGISTRY/NAME:TAG"
  if (!/[:@][^/]*$/.test(to))
    throw new SignalboxError("USAGE", {
      what: `--to names no tag: ${JSON.stringify(to)}`,
      why: "people find a policy by its tag, and many registries delete what has none",
      next,
    })
  const named = parseReference(to)
  if (named.reference.includes(":"))
    throw new SignalboxError("USAGE", {
      what: `--to names a digest: ${JSON.stringify(to)}`,
      why: "the digest follows from the file",
      next,
    })
  return named
}

/** What became of a tag that was there before, as a comment of YAML: a script may take the whole output for the line of `extends`. */
function tagLine(tag: string, { digest, before }: Answers["policyPush"]): string {
  if (before === null) return ""
  if (before === digest) return `# the tag ${tag} is unchanged\n`
  return `# the tag ${tag} was moved: ${before} -> ${digest}; what extends the former digest goes on with that\n`
}

function placeOf(repository: string): { readonly registry: string; readonly path: string } {
  const slash = repository.indexOf("/")
  return { registry: repository.slice(0, slash), path: repository.slice(slash + 1) }
}

interface PolicyCommand {
  readonly command: readonly string[]
  readonly signedIn: boolean
  readonly input?: (container: Container) => Container
}

async function policyProgram(
  session: Session,
  repository: string,
  { command, signedIn, input = (container) => container }: PolicyCommand,
): Promise<Program> {
  const [toolbox, runner] = await Promise.all([session.toolbox(), session.runner()])
  const { registryToken, registryUser } = session.inputs
  const { registry, path } = placeOf(repository)
  const passwordFile = "/run/secrets/registry-token"
  const token = signedIn ? registryToken : undefined
  const prepared = input(runner)
  return {
    name: "the policy program",
    where: repository,
    next: "call again",
    container: token === undefined ? prepared : prepared.withMountedSecret(passwordFile, token),
    command: [
      ...[`${runnerRoot}/src/evidence/policy/main.ts`, ...command],
      ...["--registry", registry, "--repository", path],
      ...(isInsecure(toolbox, registry) ? ["--insecure"] : []),
      ...(token === undefined
        ? []
        : ["--user", registryUser ?? "signalbox", "--password-file", passwordFile]),
    ],
  }
}
