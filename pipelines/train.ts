import { ExitCode, nearest, recordDigest, SignalboxError } from "../src/domain/index.ts"
import type { Release } from "./bundle.ts"
import type { Outcome } from "./edge.ts"
import { deliver, plan } from "./environment.ts"
import { observe } from "./operate.ts"
import { publishedText, publishRelease } from "./publish.ts"
import type { ClusterAccess, Session } from "./session.ts"
import { assertProtected, sourceFacts } from "./source.ts"

/** A whole release: from a tag to the protected environment. */
export interface Train {
  readonly tag: string
  /** Ends once this environment is verified and the next one is planned. */
  readonly until?: string | undefined
  readonly approve?: string | undefined
  /** Of the environment that the tag belongs to. */
  readonly access: ClusterAccess
  /** Of the environment before it. */
  readonly from: ClusterAccess
}

/**
 * Gates, build, publish, deploy to the environment before, then, approved, the same digests to the last one. It
 * continues where an earlier call stopped: what is published is not built, what is verified is not deployed again.
 */
export async function releaseTrain(session: Session, train: Train): Promise<Outcome> {
  await assertProtected(session, await sourceFacts(session, train.tag))
  const stations = await route(session, train.tag)
  assertOnTheWay(stations, train)
  const environments = [...new Set([stations.first, stations.last])]
  const published = await publishRelease(session, { version: train.tag, tag: train.tag, environments })
  if ("refused" in published) return published.refused
  const first = await arrive(session, stations.first, train, published.release)
  if (first.exitCode !== ExitCode.pass) return first
  const head = publishedText(published) + first.stdout
  const delivery = { environment: stations.last, version: train.tag, access: train.access, from: train.from }
  if (train.until !== stations.first) return prefix(head, await goLast(session, delivery, train.approve))
  const planned = await plan(session, delivery)
  return {
    exitCode: ExitCode.pass,
    stdout: `${head}${planned.markdown}\napprove with: --approve ${planned.hash}\n`,
  }
}

/** Before anything is published: a slip of the pen must not have begun a release. */
function assertOnTheWay({ first, last }: Stations, { until, tag }: Train): void {
  if (until === undefined || until === first || until === last) return
  const meant = nearest(until, [first, last])
  throw new SignalboxError("USAGE", {
    what: `--until ${until} is not on the way`,
    why: `${tag} goes ${first}, ${last}`,
    next: meant === undefined ? "name one of them" : `did you mean ${JSON.stringify(meant)}?`,
  })
}

async function goLast(
  session: Session,
  delivery: Parameters<typeof deliver>[1],
  approve: string | undefined,
): Promise<Outcome> {
  return deliver(session, approve === undefined ? delivery : { ...delivery, approve })
}

interface Stations {
  readonly first: string
  readonly last: string
}

/** The environments of a tag: where it ends by the ref table, and where that one takes its releases from. */
async function route(session: Session, tag: string): Promise<Stations> {
  const { targetFor } = await import("../src/config/index.ts")
  const config = await session.config()
  const patterns = config.refs.flatMap((rule) => rule.tag ?? [])
  const last = targetFor({ kind: "tag", name: tag }, config)
  if (last === null)
    throw new SignalboxError("USAGE", {
      what: `the tag ${tag} goes to no environment`,
      where: "signalbox.yaml: refs",
      why: patterns.length === 0 ? "no rule has a tag" : `rules for tags are ${patterns.join(", ")}`,
      next: 'give a tag that a rule matches, or add one to refs: { tag: "v*.*.*", environment: NAME }',
    })
  const { promotesFrom } = await session.environment(last)
  return { first: promotesFrom ?? last, last }
}

/** Deploys to the first environment, unless exactly this release is verified and running there. */
async function arrive(
  session: Session,
  environment: string,
  train: Train,
  release: Release,
): Promise<Outcome> {
  const access = train.from
  const { current } = await observe(session, environment, access)
  const there = current?.record === recordDigest(release.record) && current.verified
  if (there && (current.verificationExpires ?? "") > session.now.toISOString())
    return {
      exitCode: ExitCode.pass,
      stdout: `${environment} already runs ${release.record.version}, verified until ${current.verificationExpires}\n`,
    }
  return deliver(session, { environment, version: train.tag, access })
}

function prefix(text: string, outcome: Outcome): Outcome {
  return { ...outcome, stdout: text + outcome.stdout }
}
