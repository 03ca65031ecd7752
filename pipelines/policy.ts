import type { Directory, File } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { Policy, SignalboxConfig, Waiver } from "../src/config/index.ts"
import {
  type Digest,
  type GateContextName,
  holdsRepository,
  type PolicyChange,
  type PolicyIdentity,
  parseDigest,
  SignalboxError,
} from "../src/domain/index.ts"
import type { GateName } from "../src/gates/index.ts"
import { assertNoCommittedArguments } from "./committed-arguments.ts"
import { type BaseRevision, policyBase } from "./policy-base.ts"
import { treeOf } from "./source.ts"

/** The policy that a call over one tree is held against. */
export interface PolicyInForce {
  readonly identity: PolicyIdentity
  /** The same call, with configuration, environments and toolbox as the policy has them. */
  readonly session: Session
  readonly waivers: readonly Waiver[]
  /** What the tree's own policy has otherwise than the base. Empty without a base. */
  readonly changes: readonly PolicyChange[]
  /** The tree's own waivers, whether or not they count. */
  readonly ownWaivers: readonly Waiver[]
  /** Hash of the tree's own policy: what `--approve-policy` takes. */
  readonly ownHash: Digest
  /** The base revision; undefined where none is known. */
  readonly base: BaseRevision | undefined
  /** Gates that signalbox.yaml itself, the tree's or the base's, requires by name in a context. */
  named(context: GateContextName): readonly GateName[]
}

/** One tree's policy, and the session that read it. */
interface TreePolicy {
  readonly session: Session
  readonly config: SignalboxConfig
  readonly waivers: readonly Waiver[]
  readonly policy: Policy
  readonly hash: Digest
  /** Text of the tree's own toolbox.yaml; undefined where it has none. */
  readonly toolbox: string | undefined
  /** Gates that the text of signalbox.yaml lists as required in a context; none where the default holds. */
  named(context: GateContextName): readonly GateName[]
}

const known = new WeakMap<Session, Promise<PolicyInForce>>()

/**
 * The policy that a tree is held against: that of the base revision, because a tree must not judge itself. The tree's own
 * counts where its hash is approved, where the base has no signalbox.yaml yet, and where no base revision is known; the
 * identity says which, and only the first is evidence for a protected environment.
 * @throws USAGE for an unknown --policy-ref, or an approved hash of another policy; CONFIG_INVALID
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
  const [base, own] = await Promise.all([policyBase(session), treePolicy(session)])
  const { approvePolicy } = session.inputs
  const approved =
    approvePolicy === undefined || approvePolicy === "" ? undefined : parseDigest(approvePolicy)
  if (approved !== undefined && approved !== own.hash) throw otherPolicy(approved, own.hash)
  const ownCounts = (identity: Omit<PolicyIdentity, "hash">, changes: readonly PolicyChange[] = []) => ({
    identity: { ...identity, hash: own.hash },
    session,
    waivers: own.waivers,
    ownWaivers: own.waivers,
    changes,
    ownHash: own.hash,
    base: "commit" in base ? base : undefined,
    named: (context: GateContextName) => own.named(context),
  })
  if (holdsRepository((await session.inputs.git?.entries()) ?? [])) await assertNoCommittedArguments(session)
  if (!("commit" in base)) return ownCounts({ source: "own", why: base.why })
  const revision = { commit: base.commit, ...(base.ref === undefined ? {} : { ref: base.ref }) }
  const tree = await treeOf(session, base.commit)
  if (!(await tree.exists("signalbox.yaml"))) return ownCounts({ source: "first", ...revision })
  const law = await basePolicy(session, tree, base)
  const { policyChanges } = await import("../src/config/index.ts")
  const changes = policyChanges(law.policy, own.policy)
  const isProtected = base.branch !== undefined && law.config.protectedBranches.includes(base.branch)
  const identity = { ...revision, ...(isProtected ? { branch: base.branch } : {}) }
  if (approved !== undefined) return ownCounts({ source: "approved", ...identity }, changes)
  return {
    identity: { source: "base", ...identity, hash: law.hash },
    session: await heldAgainst(own, law, tree),
    // A waiver that the tree has removed is not honoured any more: the finding is the tree's to answer for.
    waivers: law.waivers.filter(({ id }) => own.waivers.some((waiver) => waiver.id === id)),
    ...{ changes, base, ownHash: own.hash, ownWaivers: own.waivers },
    named: (context) => [...new Set([...law.named(context), ...own.named(context)])],
  }
}

async function heldAgainst(own: TreePolicy, law: TreePolicy, tree: Directory): Promise<Session> {
  const { underPolicy } = await import("../src/config/index.ts")
  return own.session.withPolicy({
    config: underPolicy(own.config, law.config),
    base: law.session,
    toolbox: await toolboxInForce(own, law, tree),
  })
}

/** A toolbox from elsewhere is the caller's. The tree's own would choose the image of every scanner: the base's counts. */
async function toolboxInForce(own: TreePolicy, law: TreePolicy, tree: Directory): Promise<File> {
  const given = own.session.inputs.toolbox
  if (own.toolbox === undefined || law.toolbox === undefined || own.toolbox === law.toolbox) return given
  return (await given.contents()) === own.toolbox ? tree.file("toolbox.yaml") : given
}

/** @throws CONFIG_INVALID where the base itself cannot be read: `--approve-policy` is the way out */
async function basePolicy(session: Session, tree: Directory, base: BaseRevision): Promise<TreePolicy> {
  try {
    return await treePolicy(session.withSource(tree))
  } catch (cause) {
    if (!(cause instanceof SignalboxError)) throw cause
    throw new SignalboxError(
      "CONFIG_INVALID",
      {
        what: "the policy of the base revision cannot be read",
        where: base.ref ?? base.commit,
        why: cause.message,
        next: "correct it on that branch; or let a protected job approve this tree's policy: --approve-policy HASH",
      },
      { cause },
    )
  }
}

async function treePolicy(session: Session): Promise<TreePolicy> {
  const { listedContexts, parseWaivers, policyHash, policyOf } = await import("../src/config/index.ts")
  const config = await session.config()
  const listed = listedContexts(await session.configText())
  const waivers =
    config.waivers === null ? [] : parseWaivers(await session.file(config.waivers), config.waivers)
  const [environments, toolbox] = await Promise.all([
    Promise.all(
      config.environments.map(async (name) => [
        name,
        await yamlIfThere(session, `environments/${name}.yaml`),
      ]),
    ),
    textIfThere(session, "toolbox.yaml"),
  ])
  const { readYaml } = await import("./yaml.ts")
  const policy = policyOf({
    ...{ config, waivers },
    environments: Object.fromEntries(environments) as Record<string, unknown>,
    toolbox: toolbox === undefined ? null : readYaml(toolbox),
  })
  return {
    ...{ session, config, waivers, policy, hash: policyHash(policy), toolbox },
    named: (context) => (listed.includes(context) ? config.gates.required[context] : []),
  }
}

async function yamlIfThere(session: Session, path: string): Promise<unknown> {
  const { readYaml } = await import("./yaml.ts")
  const text = await textIfThere(session, path)
  return text === undefined ? null : readYaml(text)
}

async function textIfThere({ inputs }: Session, path: string): Promise<string | undefined> {
  return (await inputs.source.exists(path)) ? inputs.source.file(path).contents() : undefined
}

function otherPolicy(approved: Digest, own: Digest): SignalboxError {
  return new SignalboxError("USAGE", {
    what: "the approved policy is not the one of this tree",
    where: "--approve-policy",
    why: `approved ${approved}, the tree has ${own}`,
    next: "approve the policy of this very tree, or call without --approve-policy",
  })
}
