import type { ClusterAccess, Session } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import { lastVerified } from "../src/deploy/report.ts"
import {
  type LedgerEntry,
  type RequestedOverride,
  recordDigest,
  SignalboxError,
} from "../src/domain/index.ts"
import { lookUpRelease, type Release } from "./bundle.ts"
import type { DriverInput } from "./driver.ts"
import { readLedger } from "./ledger.ts"
import { commitFacts, git, hasCommit, shallowClone } from "./source.ts"

/** Who has approved a release, and whose changes it brings; a line where not all of them could be told. */
export interface GivenApproval {
  readonly approval: DriverInput["approval"]
  readonly note: string | null
}

/**
 * For an environment that needs approvals, and for an override: the names that the call passes on, the approvers of the
 * policy, and who wrote what is new since the release that was verified there last. The driver decides.
 * @throws SHALLOW_CLONE where history is cut off; RECORD_CONFLICT where the tag of that release holds another one
 */
export async function givenApproval(
  session: Session,
  environment: EnvironmentConfig,
  release: Release,
  call: {
    readonly access: ClusterAccess
    readonly approvedBy?: readonly string[] | undefined
    readonly override?: RequestedOverride | null
  },
): Promise<GivenApproval> {
  if (environment.approvals === undefined && (call.override ?? null) === null)
    return { approval: null, note: null }
  const approvers = (await session.config()).approvers.map(({ name, emails }) => ({
    name,
    emails: [...emails],
  }))
  const approvedBy = (call.approvedBy ?? []).map((name) => name.trim()).filter((name) => name !== "")
  const given = { approvers, approvedBy }
  const { commit } = release.record.source
  if (approvedBy.length === 0 || (await commitFacts(session, commit, [])) === null)
    return { approval: { ...given, changes: null }, note: null }
  const { ledger } = await readLedger(session, environment.name, call.access)
  const verified = ledger === null ? null : lastVerified(ledger)
  const base = await baseCommit(session, environment.name, verified)
  const authors = await authorsOf(session, commit, "commit" in base ? base.commit : null)
  return {
    approval: { ...given, changes: { since: verified?.set.record ?? null, authors: [...authors] } },
    note: "why" in base ? `approvals: only the authors of ${commit} itself are left out: ${base.why}` : null,
  }
}

type Base = { readonly commit: string } | { readonly why: string }

/** The commit of the release that was verified there last, or why the clone does not tell what is new since. */
async function baseCommit(
  session: Session,
  environment: string,
  verified: LedgerEntry | null,
): Promise<Base> {
  if (verified === null) return { why: `nothing was ever verified in ${environment}` }
  const { version, record: digest } = verified.set
  const record = (await lookUpRelease(session, version))?.record
  if (record === undefined)
    return { why: `the registry has no record of ${version}, which was verified in ${environment} last` }
  if (recordDigest(record) !== digest)
    throw new SignalboxError("RECORD_CONFLICT", {
      what: `whose changes are new in ${environment} cannot be told`,
      where: `the record of ${version} in the registry`,
      why: `its tag was moved: it is ${recordDigest(record)}, verified was ${digest}`,
      next: `point the tag of ${version} at its own record again`,
    })
  const { commit } = record.source
  if (await hasCommit(session, commit)) return { commit }
  return { why: `the clone does not have ${commit}, the commit of ${version}` }
}

/** One line per commit, which begins with a tab: author, committer and co-authors, as the commit itself names them. */
const people = "--format=%x09%ae%x09%ce%x09%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x09)"

/** Addresses of whoever wrote a commit, or what is new in it since another one. @throws SHALLOW_CLONE */
async function authorsOf(
  session: Session,
  commit: string,
  since: string | null,
): Promise<ReadonlySet<string>> {
  if ((await git(session, ["rev-parse", "--is-shallow-repository"]))[0] !== "false")
    throw shallowClone("whose changes are released cannot be told")
  const lines = await Promise.all(authorCommands(commit, since).map((args) => git(session, args)))
  return new Set(lines.flat().flatMap(addressesIn))
}

/** git's arguments that list whoever wrote a commit, and what is new in it: by commits alone, without a mailmap of the tree. */
export function authorCommands(commit: string, since: string | null): readonly (readonly string[])[] {
  const own = ["rev-list", "--max-count=1", people, commit]
  return since === null ? [own] : [own, ["rev-list", people, commit, `^${since}`]]
}

/** The addresses in one line of git's output; a co-author stands there as `NAME <ADDRESS>`. */
export function addressesIn(line: string): readonly string[] {
  if (!line.startsWith("\t")) return []
  return line
    .split("\t")
    .map((part) => (/<([^<>]*)>\s*$/.exec(part)?.[1] ?? part).trim())
    .filter((address) => address !== "")
}
