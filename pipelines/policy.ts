import type { Session } from "../src/call/index.ts"
import type { AnyGateName, SignalboxConfig, Waiver } from "../src/config/index.ts"
import {
  callWith,
  type Digest,
  ExitCode,
  type GateContextName,
  type PolicyChange,
  type PolicyIdentity,
  parseDigest,
  SignalboxError,
} from "../src/domain/index.ts"
import { assertNoCommittedArguments } from "./committed-arguments.ts"
import { type BaseRevision, type PolicyBase, policyBase } from "./policy-base.ts"
import { assertSatisfiable } from "./satisfiable.ts"
import type { PolicyReader } from "./shared-policy.ts"
import { repositoryOf, treeOf } from "./source.ts"
import { extended, type TreePolicy, treePolicy } from "./tree-policy.ts"

/** The policy that a call over one tree is held against. */
export interface PolicyInForce {
  readonly identity: PolicyIdentity
  /** The same call, with configuration, environments and toolbox as the policy has them. */
  readonly session: Session
  readonly waivers: readonly Waiver[]
  /** What the tree's own policy has otherwise than the base. Empty without a base. */
  readonly changes: readonly PolicyChange[]
  /** The same call under the tree's own policy, with what that extends, whether or not it counts. */
  readonly ownSession: Session
  /** The tree's own waivers, whether or not they count. */
  readonly ownWaivers: readonly Waiver[]
  /** Hash of the tree's own policy: what `--approve-policy` takes. */
  readonly ownHash: Digest
  /** The base revision; undefined where none is known. */
  readonly base: BaseRevision | undefined
  /** Project and registry as the base has them; undefined where it has none that can be read. */
  readonly basePlace: Pick<SignalboxConfig, "project" | "registry"> | undefined
  /** Gates that signalbox.yaml itself, the tree's or the base's, requires by name in a context. */
  named(context: GateContextName): readonly AnyGateName[]
}

const known = new WeakMap<Session, Promise<PolicyInForce>>()

/**
 * The policy that a tree is held against: that of the base revision, because a tree must not judge itself. The tree's own
 * counts where its hash is approved, where the base has no signalbox.yaml yet, and where no base revision is known; the
 * identity says which, and only the first is evidence for a protected environment.
 * @throws USAGE for an unknown --policy-ref, or an approved hash of another policy; CONFIG_INVALID, also for a policy
 * that can never be satisfied
 */
export function policyInForce(session: Session): Promise<PolicyInForce> {
  const found = known.get(session) ?? findPolicy(session)
  known.set(session, found)
  // Whoever goes on with the session that is held against it asks for the same policy.
  return found.then((policy) => {
    known.set(policy.session, found)
    return policy
  })
}

/**
 * Full names of the protected branches, as the policy in force has them: those of the base's remote. Without one, as in a
 * repository that was never pushed, the local branches.
 */
export async function protectedRefs(session: Session): Promise<readonly string[]> {
  const { session: held, base } = await policyInForce(session)
  const { protectedBranches } = await held.config()
  const place = base?.remote === undefined ? "refs/heads" : `refs/remotes/${base.remote}`
  return protectedBranches.map((branch) => `${place}/${branch}`)
}

async function findPolicy(session: Session): Promise<PolicyInForce> {
  const reading = treePolicy(session)
  const [base, tree] = await Promise.all([policyBaseOf(session, reading), reading])
  if ((await repositoryOf(session)) !== undefined) await assertNoCommittedArguments(session)
  const law = "commit" in base ? await baseLaw(session, base) : { none: true as const }
  const own = await extended(tree, "reader" in law ? law.reader : { session, hasCredentials: true })
  await assertSatisfiable(own)
  const approved = approvedHash(session, own)
  const ownSession = await withApprovedToolbox(own.session, own)
  const ownCounts = (identity: Omit<PolicyIdentity, "hash">, changes: readonly PolicyChange[] = []) => ({
    identity: { ...identity, ...extendsOf(own), hash: own.hash },
    session: ownSession,
    ownSession,
    waivers: own.waivers,
    ownWaivers: own.waivers,
    changes,
    ownHash: own.hash,
    base: "commit" in base ? base : undefined,
    basePlace: "policy" in law ? law.policy.config : undefined,
    named: (context: GateContextName) => own.named(context),
  })
  if (!("commit" in base)) return ownCounts({ source: "own", why: base.why })
  const revision = { commit: base.commit, ...(base.ref === undefined ? {} : { ref: base.ref }) }
  if ("none" in law) return ownCounts({ source: "first", ...revision })
  if ("unreadable" in law) {
    if (approved === undefined) throw unreadableBase(base, law.unreadable, own.hash)
    return ownCounts({ source: "approved", ...revision }, [unknownBefore(law.unreadable, own.hash)])
  }
  const { policyChanges } = await import("../src/config/index.ts")
  const changes = policyChanges(law.policy.policy, own.policy)
  const isProtected = base.branch !== undefined && law.policy.config.protectedBranches.includes(base.branch)
  const identity = { ...revision, ...(isProtected ? { branch: base.branch } : {}) }
  if (approved !== undefined) return ownCounts({ source: "approved", ...identity }, changes)
  return {
    identity: { source: "base", ...identity, ...extendsOf(law.policy), hash: law.policy.hash },
    session: await heldAgainst(own, law.policy),
    // A waiver that the tree has removed is not honoured any more: the finding is the tree's to answer for.
    waivers: law.policy.waivers.filter(({ id }) => own.waivers.some((waiver) => waiver.id === id)),
    ...{
      changes,
      base,
      basePlace: law.policy.config,
      ownHash: own.hash,
      ownSession,
      ownWaivers: own.waivers,
    },
    named: (context) => [...new Set([...law.policy.named(context), ...own.named(context)])],
  }
}

/** Where the base's toolbox cannot run git, an approved policy's still finds the base. */
async function policyBaseOf(session: Session, tree: Promise<TreePolicy>): Promise<PolicyBase> {
  const { approvePolicy = "" } = session.inputs
  return policyBase(approvePolicy === "" ? session : await withApprovedToolbox(session, await tree))
}

/** The call with the tree's own toolbox, where its policy is the approved one: what was approved is what runs. */
async function withApprovedToolbox(session: Session, own: TreePolicy): Promise<Session> {
  const { approvePolicy, ownToolbox } = session.inputs
  if (ownToolbox === undefined || approvePolicy !== own.hash) return session
  return (await ownToolbox.file.contents()) === own.toolbox ? session.withToolbox(ownToolbox.file) : session
}

/** @throws USAGE where the hash of another policy was approved */
function approvedHash({ inputs: { approvePolicy } }: Session, own: TreePolicy): Digest | undefined {
  const approved =
    approvePolicy === undefined || approvePolicy === "" ? undefined : parseDigest(approvePolicy)
  if (approved !== undefined && approved !== own.hash) throw otherPolicy(approved, own.hash)
  return approved
}

function extendsOf({ config }: TreePolicy): Pick<PolicyIdentity, "extends"> {
  return config.extends === undefined ? {} : { extends: config.extends }
}

/** The policy of the base revision with all that it extends; or that it has none, or why it cannot be read. */
type BaseLaw =
  | { readonly none: true }
  | { readonly unreadable: SignalboxError; readonly reader: PolicyReader }
  | { readonly policy: TreePolicy; readonly reader: PolicyReader }

async function baseLaw(session: Session, base: BaseRevision): Promise<BaseLaw> {
  const files = await treeOf(session, base.commit)
  if (!(await files.exists("signalbox.yaml"))) return { none: true }
  // Credentials go to the registry that the base names: one that the tree under test has chosen could keep them.
  let reader: PolicyReader = { session, hasCredentials: false }
  try {
    const law = await treePolicy(session.withSource(files))
    reader = { session: session.withPolicy({ config: law.config, base: undefined }), hasCredentials: true }
    const policy = await extended(law, reader)
    await assertSatisfiable(policy)
    return { policy, reader }
  } catch (cause) {
    if (!(cause instanceof SignalboxError)) throw cause
    return { unreadable: cause, reader }
  }
}

/** What the tree consists of, under the base's policy and the one that this extends. */
async function heldAgainst(own: TreePolicy, law: TreePolicy): Promise<Session> {
  const { underPolicy, underShared } = await import("../src/config/index.ts")
  const config = underPolicy(own.config, law.config)
  const { source } = await own.session.checkedConfig()
  return own.session.withPolicy({
    // A component that the base does not have is under the shared policy, too.
    config: law.shared === undefined ? config : underShared(config, source, law.shared),
    base: law.session,
    shared: law.shared,
  })
}

/** Another revision of the base may be readable, and so may its registry later: until then only an approval goes on. */
function unreadableBase(base: BaseRevision, cause: SignalboxError, own: Digest): SignalboxError {
  const code = cause.exitCode === ExitCode.usage ? "CONFIG_INVALID" : cause.code
  return new SignalboxError(
    code,
    {
      what: "the policy of the base revision cannot be read",
      where: base.ref ?? base.commit,
      why: cause.message,
      next: `correct it on that branch; or let a protected job approve this tree's policy: ${callWith(`--approve-policy ${own}`)}`,
    },
    { cause },
  )
}

/** Where the base cannot be read, which settings differ is not known: the whole policy counts as changed. */
function unknownBefore(cause: SignalboxError, own: Digest): PolicyChange {
  return { path: "policy", from: `cannot be read: ${cause.detail.what}`, to: own }
}

function otherPolicy(approved: Digest, own: Digest): SignalboxError {
  return new SignalboxError("USAGE", {
    what: "the approved policy is not the one of this tree",
    where: "--approve-policy",
    why: `approved ${approved}, the tree has ${own}`,
    next: `leave it out; or have the policy of this very tree approved: ${callWith(`--approve-policy ${own}`)}`,
  })
}
