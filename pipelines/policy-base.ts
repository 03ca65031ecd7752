import type { Session } from "../src/call/index.ts"
import { callWith, SignalboxError } from "../src/domain/index.ts"
import { namesOf } from "./base-toolbox.ts"
import { isCommitId } from "./check-out.ts"
import { git, repositoryOf, revisionExists } from "./source.ts"

/** The revision whose policy a call is held against. */
export interface BaseRevision {
  /** Full name of its ref; absent where a commit was named. */
  readonly ref?: string
  readonly commit: string
  /** Where it is a branch of a remote: both names. */
  readonly remote?: string
  readonly branch?: string
}

/** The base revision, or why none is known. */
export type PolicyBase = BaseRevision | { readonly why: string }

/** A ref of the clone. */
interface Ref {
  readonly name: string
  readonly commit: string
  /** Ref that a symbolic ref stands for. */
  readonly target: string
}

/**
 * Finds the base revision: the named one, or else the default branch of the remote, as `git clone` has noted it.
 * @throws USAGE for a ref that the clone does not have, or where several remotes have a default branch.
 */
export async function policyBase(session: Session): Promise<PolicyBase> {
  const { policyRef } = session.inputs
  if ((await repositoryOf(session)) === undefined) {
    if (policyRef !== undefined) throw noRepository(policyRef)
    return { why: "the call has no git repository" }
  }
  if (session.inputs.hasNoBase === true) return noDefault
  const refs = await refsOf(session)
  if (policyRef !== undefined && policyRef !== "") return named(session, policyRef, refs)
  const heads = refs.filter(({ name }) => /^refs\/remotes\/[^/]+\/HEAD$/.test(name))
  const origin = heads.find(({ name }) => name === "refs/remotes/origin/HEAD")
  const [head, other] = origin === undefined ? heads : [origin]
  if (head === undefined) return noDefault
  if (other !== undefined)
    throw new SignalboxError("USAGE", {
      what: "several remotes have a default branch",
      why: heads.map(({ name }) => name).join(", "),
      next: `name the one whose policy counts: ${callWith("--policy-ref refs/remotes/REMOTE/BRANCH")}`,
    })
  const found = refs.find(({ name }) => name === head.target)
  if (found === undefined) return { why: `${head.name} names ${head.target}, which this clone does not have` }
  return asBase(found, head.name.slice("refs/remotes/".length, -"/HEAD".length))
}

const noDefault = { why: "the clone knows no default branch of a remote" } as const

async function named(session: Session, text: string, refs: readonly Ref[]): Promise<BaseRevision> {
  const found = namesOf(text)
    .map((name) => refs.find((ref) => ref.name === name))
    .find((ref) => ref !== undefined)
  if (found !== undefined) return asBase(found)
  if ((isCommitId(text) || text === "HEAD") && (await revisionExists(session, text))) {
    const [commit] = await git(session, ["rev-parse", `${text}^{commit}`])
    if (commit !== undefined) return { commit }
  }
  throw missingRef(text)
}

function asBase({ name, commit }: Ref, remote?: string): BaseRevision {
  const [, first, branch] = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(name) ?? []
  const of = remote ?? first
  return { ref: name, commit, ...(of === undefined || branch === undefined ? {} : { remote: of, branch }) }
}

async function refsOf(session: Session): Promise<readonly Ref[]> {
  const lines = await git(session, [
    "for-each-ref",
    "--format=%(refname) %(objectname) %(symref)",
    "refs/heads",
    "refs/remotes",
  ])
  return lines.map((line) => {
    const [name = "", commit = "", target = ""] = line.split(" ")
    return { name, commit, target }
  })
}

function noRepository(ref: string): SignalboxError {
  return new SignalboxError("USAGE", {
    what: `--policy-ref ${JSON.stringify(ref)} needs the git repository`,
    next: `name the directory that contains .git: ${callWith(`--git . --policy-ref ${ref}`)}`,
  })
}

function missingRef(ref: string): SignalboxError {
  const branch = ref.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, "").replace(/^origin\//, "")
  return new SignalboxError("USAGE", {
    what: `this clone has no ref ${JSON.stringify(ref)}`,
    where: "--policy-ref",
    why: "the policy that the call is held against is read from it",
    next: `fetch it: git fetch origin ${branch}:refs/remotes/origin/${branch}`,
  })
}
