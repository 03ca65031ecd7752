import type { Directory } from "@dagger.io/dagger"
import type { Outcome, Session } from "../src/call/index.ts"
import {
  canonicalJson,
  ExitCode,
  exitCodeOf,
  formatImageRef,
  type GateReportData,
  isPrerelease,
  isTagOf,
  parseVersion,
  type ReleaseImage,
  type ReleaseRecord,
  SignalboxError,
  tagOf,
  toJson,
  treeDigest,
  type Version,
} from "../src/domain/index.ts"
import { engineVersion, evidenceOf, libraryVersion, makeRecord } from "../src/evidence/index.ts"
import { assertBuildable, buildImages } from "./build.ts"
import { bundleOf, chartOf, lookUpRelease, type Release } from "./bundle.ts"
import { assertConfigured } from "./configuration.ts"
import { requiredGates } from "./environment.ts"
import { putEvidence, registryPlace } from "./evidence.ts"
import { judge } from "./gates.ts"
import { pushImage } from "./push.ts"
import { assertProtected, releasedTree, type SourceFacts, sourceFacts } from "./source.ts"

/** A release that exists now, or the reason why it does not. */
export type Published = { readonly release: Release; readonly made: boolean } | { readonly refused: Outcome }

export interface PublishRequest {
  readonly version: string
  /** The tag to release; HEAD without one. */
  readonly tag?: string
  /** Environments it is meant for: what they would refuse is not published. Default: none. */
  readonly environments?: readonly string[]
}

/**
 * Judges, builds and pushes one commit, and writes its record. Does nothing twice: a version that has a record is
 * given back, and refused when its record is of another commit.
 * @throws USAGE for a tag of another version; POLICY_REFUSED for a release that the protected branch does not contain;
 * POLICY_REFUSED, EVIDENCE_MISSING for one that an environment it is meant for would not take; CONFIG_INVALID for a mistake
 * in any file that a deployment reads.
 */
export async function publishRelease(session: Session, request: PublishRequest): Promise<Published> {
  const version = parseVersion(request.version)
  assertTagOf(version, request.tag)
  const [facts, existing] = await Promise.all([
    sourceFacts(session, request.tag),
    lookUpRelease(session, version),
  ])
  // A pre-release may come from any branch; what may reach production comes from the protected one.
  if (!isPrerelease(version)) await assertProtected(session, facts)
  if (existing !== undefined) return { release: sameCommit(existing, facts), made: false }
  const released = session.over(await releasedTree(session, facts.commit))
  await assertConfigured(released)
  await assertBuildable(released, "release")
  const gates = await judge(released, "release")
  if (exitCodeOf(gates.data.verdict) !== ExitCode.pass) return { refused: await refusal(gates.data, version) }
  await assertTaken(session, version, gates.data, request.environments ?? [])
  const images = await pushImages(released, version)
  const record = makeRecord({
    project: (await released.config()).project,
    version,
    source: {
      commit: facts.commit,
      tree: facts.tree,
      ...(facts.tag === undefined ? {} : { tag: facts.tag }),
    },
    images,
    chart: await chartIdentity(released),
    gates: gates.data,
    builder: { name: "signalbox", version: libraryVersion, engine: engineVersion },
    created: session.now.toISOString(),
  })
  let files = (await bundleOf(released)).withNewFile("record.json", canonicalJson(toJson(record)))
  for (const gate of gates.data.gates)
    files = files.withNewFile(`gates/${gate.gate}.json`, canonicalJson(toJson(gate)))
  files = files.withDirectory("reports", gates.reports)
  return keep(session, { version, facts, record, files })
}

/** @throws POLICY_REFUSED, EVIDENCE_MISSING when an environment would not take a release with these gates. */
async function assertTaken(
  session: Session,
  version: Version,
  report: GateReportData,
  environments: readonly string[],
): Promise<void> {
  const { assertAccepted } = await import("../src/deploy/index.ts")
  const config = await session.config()
  const destinations = await Promise.all(
    environments.map(async (name) => {
      const environment = await session.environment(name)
      return { environment, requiredGates: requiredGates(environment, config) }
    }),
  )
  assertAccepted({ version, ...evidenceOf(report) }, destinations, session.now.toISOString())
}

interface Made {
  readonly version: Version
  readonly facts: SourceFacts
  readonly record: ReleaseRecord
  readonly files: Directory
}

/** Keeps a record, unless somebody else has published the version meanwhile: of one commit, the first record stays. */
async function keep(session: Session, { version, facts, record, files }: Made): Promise<Published> {
  try {
    const kept = await putEvidence(session, "releases", tagOf(version), files)
    return { release: { record, reference: kept.reference, files: kept.files }, made: true }
  } catch (error) {
    if (!(error instanceof SignalboxError && error.code === "RECORD_CONFLICT")) throw error
    const other = await lookUpRelease(session, version)
    if (other === undefined) throw error
    return { release: sameCommit(other, facts), made: false }
  }
}

/** The call `publish`. */
export async function publish(session: Session, version: string, tag?: string): Promise<Outcome> {
  const published = await publishRelease(session, { version, ...(tag === undefined ? {} : { tag }) })
  return "refused" in published
    ? published.refused
    : { exitCode: ExitCode.pass, stdout: publishedText(published) }
}

/** For people and scripts: what a release consists of. */
export function publishedText(published: { readonly release: Release; readonly made: boolean }): string {
  const { record, reference } = published.release
  const images = Object.fromEntries(
    record.images.map((image) => [image.component, `${image.repository}@${image.digest}`]),
  )
  return `${JSON.stringify({ version: record.version, commit: record.source.commit, record: reference, images, made: published.made }, undefined, 2)}\n`
}

/** What a version's tag says, the record repeats: it must not be another version's. */
function assertTagOf(version: Version, tag: string | undefined): void {
  if (tag === undefined || isTagOf(tag, version)) return
  throw new SignalboxError("USAGE", {
    what: `the tag ${tag} is not one of version ${tagOf(version)}`,
    next: "leave out --tag, or publish the version that the tag names",
  })
}

function sameCommit(release: Release, facts: SourceFacts): Release {
  if (release.record.source.commit === facts.commit) return release
  throw new SignalboxError("RECORD_CONFLICT", {
    what: `version ${release.record.version} is already released from another commit`,
    where: release.reference,
    why: `recorded ${release.record.source.commit}, asked for ${facts.commit}`,
    next: "a release is immutable: cut a new version",
  })
}

async function refusal(report: GateReportData, version: string): Promise<Outcome> {
  const { toMarkdown } = await import("../src/report/index.ts")
  const exitCode = exitCodeOf(report.verdict)
  const stderr = `GATE_FAILED: ${tagOf(parseVersion(version))} is not released, the gates say ${report.verdict}\n  next:  mend what the report names; nothing was published\n`
  return { exitCode, stdout: toMarkdown(report), stderr }
}

async function pushImages(session: Session, version: string): Promise<ReleaseImage[]> {
  const { registry, prefix } = await registryPlace(session)
  const built = await buildImages(session, "release")
  return Promise.all(
    built.map(async (image): Promise<ReleaseImage> => {
      const repository = `${prefix}/${image.component}`
      const digest = await pushImage(session, image, {
        registry,
        repository,
        tag: tagOf(parseVersion(version)),
      })
      const { component, platform, bytes, published } = image
      return {
        ...{ component, repository: `${registry}/${repository}`, digest, platform, bytes },
        ...(published === undefined ? {} : { from: formatImageRef(published) }),
      }
    }),
  )
}

async function chartIdentity(session: Session): Promise<ReleaseRecord["chart"]> {
  const { readYaml } = await import("./yaml.ts")
  const chart = await chartOf(session)
  const paths = (await chart.glob("**")).filter((path) => !path.endsWith("/"))
  const files = new Map(
    await Promise.all(paths.map(async (path) => [path, await chart.file(path).contents()] as const)),
  )
  const about = readYaml(files.get("Chart.yaml") ?? "{}")
  return { name: String(about.name), version: String(about.version), digest: treeDigest(files) }
}
