import type { Directory } from "@dagger.io/dagger"
import { failed, type Outcome, type Session } from "../src/call/index.ts"
import {
  canonicalJson,
  type Digest,
  ExitCode,
  exitCodeOf,
  formatImageRef,
  type GateReportData,
  isPrerelease,
  isTagOf,
  parseDigest,
  parseVersion,
  type ReleaseImage,
  type ReleaseRecord,
  refusedByRule,
  SignalboxError,
  sha256,
  tagOf,
  toJson,
  type Version,
} from "../src/domain/index.ts"
import {
  assertJudged,
  createRecord,
  engineVersion,
  type Invocation,
  libraryVersion,
  provenanceFile,
  provenanceStatement,
  recordedEvidence,
  releaseStatement,
  releaseStatementFile,
  unsignedEnvelope,
} from "../src/evidence/index.ts"
import type { Trust } from "../src/toolbox/index.ts"
import { assertBuildable, buildImages } from "./build.ts"
import { chartDirectory, collectBundle, lookUpRelease, type Release } from "./bundle.ts"
import { bytesOf, fromDisk } from "./bytes.ts"
import { clearClaim, underClaim } from "./claim.ts"
import { assertConfigurationValid } from "./configuration.ts"
import { assertSigningKey, putEvidence, registryPlace } from "./evidence.ts"
import { gatesError, policyApproval } from "./gate-end.ts"
import { type GateRun, judge } from "./gates.ts"
import { policyInForce, protectedRefs } from "./policy.ts"

import { assertPlaceOfBase } from "./protection.ts"
import { type PublishedRelease, publishOutput } from "./publish-output.ts"

import { pushImage, releasedPlatforms } from "./push.ts"
import { assertEnvironmentsAccept, assertWillBeSigned } from "./route.ts"
import { judgeAgain } from "./scan.ts"
import { assertProtected, git, releaseTree, type SourceFacts, sessionAt, sourceFacts } from "./source.ts"
import { signedBefore } from "./statements.ts"
import { assertTagsAgree } from "./tags.ts"

/** The release, or the outcome of the gates that refused it. */
export type PublishResult = PublishedRelease | { readonly refused: Outcome }

export interface PublishRequest {
  readonly version: string
  /** The tag to release; HEAD without one. */
  readonly tag?: string | undefined
  /** Id of another call's claim of the version that is cleared first, because that call is dead. Default: none. */
  readonly clearClaim?: string | undefined
  /** Environments that it will be deployed to: what one of them would refuse is not published. Default: none. */
  readonly environments?: readonly string[]
}

/**
 * Judges, builds and pushes one commit, and writes its record. Calling it again changes nothing: a version that has a
 * record is returned as it is, or refused when its record is of another commit. Where a database has grown too old since,
 * the same digests are judged again, and that is stored beside the record.
 * @throws USAGE for a tag of another version; POLICY_REFUSED for a release that is not on the protected branch, or a commit
 * of another project or registry than the base's;
 * POLICY_REFUSED, EVIDENCE_MISSING where one of the environments would refuse the release; RECORD_CONFLICT for a version
 * of another commit, or with a tag on another one; CONFIG_INVALID for a mistake in any file that a deployment reads.
 */
export async function publishRelease(session: Session, request: PublishRequest): Promise<PublishResult> {
  const version = parseVersion(request.version)
  assertTagOf(version, request.tag)
  await assertSigningKey(session)
  const [policy, protectedBranches] = await Promise.all([policyInForce(session), protectedRefs(session)])
  const { session: held } = policy
  const facts = await sourceFacts(session, protectedBranches, request.tag)
  // Project and registry are those of the commit, whatever the working tree says: images and record belong together.
  const atCommit = await sessionAt(session, facts.commit)
  await assertPlaceOfBase(policy, facts.commit, await atCommit.config())
  const existing = await lookUpRelease(atCommit, version, true)
  // A pre-release may come from any branch; only a protected branch may lead to production.
  if (!isPrerelease(version)) assertProtected(facts, protectedBranches)
  // What is on no protected branch has had no review: its install scripts must not fill the caches that releases use.
  const trust = facts.onProtected.length > 0 ? "release" : "branch"
  const known = async (release: Release) => signedBefore(held, assertSameCommit(release, facts))
  if (existing !== undefined) return publishedBefore(held, await known(existing), request, trust)
  await assertTagsAgree((args) => git(session, args), version, facts.commit)
  await assertWillBeSigned(held, request.environments ?? [])
  const released = held.withSource(await releaseTree(session, facts.commit), facts.commit)
  await assertConfigurationValid(released)
  await assertBuildable(released, trust)
  const gates = await judge(released, { context: "release", trust })
  if (exitCodeOf(gates.data.verdict) !== ExitCode.pass)
    return { refused: await refusedRelease(gates, request, "is not released, and nothing was published") }
  await assertEnvironmentsAccept(held, version, gates.data, request.environments ?? [])
  if (request.clearClaim !== undefined) await clearClaim(released, version, request.clearClaim)
  const published = await underClaim(released, version, facts, (claim) =>
    createRelease(released, { version, facts, gates, trust, claim }),
  )
  return "other" in published ? { release: await known(published.other), created: false } : published
}

interface NewRelease {
  readonly version: Version
  readonly facts: SourceFacts
  readonly gates: GateRun
  readonly trust: Trust
  /** Id of this call's claim of the version. */
  readonly claim: string
}

/** Pushes the images that were judged, and stores their record. */
async function createRelease(released: Session, release: NewRelease): Promise<PublishedRelease> {
  const { version, facts, gates, trust, claim } = release
  const [images, bundle] = await Promise.all([
    pushImages(released, version, trust, gates.data),
    collectBundle(released),
  ])
  const record = createRecord({
    project: (await released.config()).project,
    version,
    source: {
      commit: facts.commit,
      tree: facts.tree,
      ...(facts.tag === undefined ? {} : { tag: facts.tag }),
    },
    images,
    chart: await chartOf(released),
    files: await fileDigests(bundle),
    gates: gates.data,
    builder: { name: "signalbox", version: libraryVersion, engine: engineVersion },
    created: released.now.toISOString(),
  })
  const invocation: Invocation = {
    id: released.id,
    actor: released.inputs.actor ?? null,
    started: released.now.toISOString(),
  }
  let files = bundle
    .withNewFile("record.json", canonicalJson(toJson(record)))
    .withNewFile(releaseStatementFile, JSON.stringify(unsignedEnvelope(releaseStatement(record))))
    .withNewFile(provenanceFile, JSON.stringify(unsignedEnvelope(provenanceStatement(record, invocation))))
  for (const gate of gates.data.gates)
    files = files.withNewFile(`gates/${gate.gate}.json`, canonicalJson(toJson(gate)))
  files = files.withDirectory("reports", gates.reports)
  const stored = await putEvidence(released, "releases", tagOf(version), files, claim)
  return { release: { record, reference: stored.reference, files: stored.files }, created: true }
}

/** Digests of what a deployment reads beside the chart, which has a digest of its own. */
async function fileDigests(bundle: Directory): Promise<Readonly<Record<string, Digest>>> {
  const files = await bytesOf(bundle.withoutDirectory("chart"))
  return Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)]))
}

/** A version that has its record: its digests are judged again where a database has grown too old for an environment. */
async function publishedBefore(
  session: Session,
  release: Release,
  request: PublishRequest,
  trust: Trust,
): Promise<PublishResult> {
  const names = request.environments ?? (await session.config()).environments
  const settings = await Promise.all(names.map((name) => session.environment(name)))
  const run = await judgeAgain(session, release, settings, trust)
  if (run !== null && exitCodeOf(run.data.verdict) !== ExitCode.pass)
    return {
      refused: await refusedRelease(run, request, "is published, and does not pass when judged again"),
    }
  return { release, created: false }
}

/** The call `publish`. */
export async function publish(
  session: Session,
  request: Pick<PublishRequest, "version" | "tag" | "clearClaim">,
): Promise<Outcome> {
  const published = await publishRelease(session, request)
  if ("refused" in published) return published.refused
  const { session: held } = await policyInForce(session)
  return { exitCode: ExitCode.pass, stdout: await publishOutput(held, published) }
}

/** The record names the tag, so it must be a tag of this version. @throws USAGE */
function assertTagOf(version: Version, tag: string | undefined): void {
  if (tag === undefined || isTagOf(tag, version)) return
  throw new SignalboxError("USAGE", {
    what: `the tag ${tag} does not name version ${tagOf(version)}`,
    next: "leave out --tag, or publish the version that the tag names",
  })
}

function assertSameCommit(release: Release, facts: SourceFacts): Release {
  const { commit, tree } = release.record.source
  if (commit === facts.commit && tree !== facts.tree)
    throw refusedByRule("record-commit", {
      what: `the record of ${release.record.version} is not of the tree of its commit`,
      where: release.reference,
      why: `commit ${commit} has tree ${facts.tree}, the record says ${tree}`,
      next: "cut a new version",
    })
  if (commit === facts.commit) return release
  throw new SignalboxError("RECORD_CONFLICT", {
    what: `version ${release.record.version} is already released from another commit`,
    where: release.reference,
    why: `recorded ${commit}, asked for ${facts.commit}`,
    next: "a release is immutable: cut a new version",
  })
}

/** @param state what that means for the version, which may have been published before. */
async function refusedRelease(
  { data, approvable }: GateRun,
  { version, tag, environments }: PublishRequest,
  state: string,
): Promise<Outcome> {
  const { toMarkdown } = await import("../src/report/index.ts")
  const name = tagOf(parseVersion(version))
  const call = environments === undefined ? `publish --version ${name}` : `release --tag ${tag} …`
  const error =
    approvable === undefined
      ? gatesError(data.verdict, `${name} ${state}; the gates ended with ${data.verdict}`)
      : policyApproval(approvable, call)
  return failed(error, toMarkdown(data))
}

/** @throws EVIDENCE_MISSING for an image that is not the one that the gates judged: it is not pushed */
async function pushImages(
  session: Session,
  version: string,
  trust: Trust,
  gates: GateReportData,
): Promise<ReleaseImage[]> {
  const { registry, prefix } = await registryPlace(session)
  const built = await buildImages(session, trust)
  assertJudged(
    built.map(({ component, digest }) => ({ component, digest: parseDigest(digest) })),
    recordedEvidence(gates).gates,
  )
  return Promise.all(
    built.map(async (image): Promise<ReleaseImage> => {
      const repository = `${prefix}/${image.component}`
      const target = { registry, repository, tag: tagOf(parseVersion(version)) }
      const pushed = await pushImage(session, image, target)
      const { component, published } = image
      return {
        ...{ component, repository: `${registry}/${repository}`, digest: pushed.digest },
        ...releasedPlatforms(image, pushed),
        ...(published === undefined ? {} : { from: formatImageRef(published) }),
      }
    }),
  )
}

async function chartOf(session: Session): Promise<ReleaseRecord["chart"]> {
  const { chartIdentity, readChart } = await import("../src/chart/index.ts")
  return fromDisk(await chartDirectory(session), async (place) => chartIdentity(await readChart(place)))
}
