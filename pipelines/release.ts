import type { ClusterAccess, Outcome, Session } from "../src/call/index.ts"
import { assertAccess } from "../src/call/index.ts"
import { ExitCode, nearest, recordDigest, SignalboxError } from "../src/domain/index.ts"
import type { Release } from "./bundle.ts"
import { type Delivery, deliver, planRelease } from "./environment.ts"
import { observe } from "./operate.ts"
import { publishedText, publishRelease } from "./publish.ts"
import { assertProtected, sourceFacts } from "./source.ts"

/** A whole release: from a tag to the environment that the tag belongs to. */
export interface ReleaseRequest {
  readonly tag: string
  /** Ends once this environment is verified and the next one is planned. */
  readonly until?: string | undefined
  /** Hash of the plan that is approved: of the first protected environment that does not run the release yet. */
  readonly approve?: string | undefined
  /** Of the environment that the tag belongs to. */
  readonly access: ClusterAccess
  /** Of the environment before it. */
  readonly from: ClusterAccess
}

/** One environment on the way of a release. */
export interface Stop {
  readonly environment: string
  readonly isProtected: boolean
  readonly access: ClusterAccess
  /** Access to the environment before it, which has verified the release. */
  readonly from: ClusterAccess | undefined
}

/**
 * Gates, build, publish, then the same digests from environment to environment, each verified before the next begins. It
 * continues where an earlier call stopped: what is published is not built, what is verified is not deployed again. The
 * registry is asked once for the release: every environment gets the record that was found, or made.
 */
export async function release(session: Session, request: ReleaseRequest): Promise<Outcome> {
  await assertProtected(session, await sourceFacts(session, request.tag))
  const route = await routeOf(session, request)
  const { tag, until } = request
  const environments = route.map(({ environment }) => environment)
  const published = await publishRelease(session, { version: tag, tag, environments })
  if ("refused" in published) return published.refused
  let { approve } = request
  let said = publishedText(published)
  for (const [index, stop] of route.entries()) {
    const next = route[index + 1]
    const done = next === undefined ? null : await alreadyVerified(session, stop, published.release)
    const outcome =
      done ??
      (await deliver(session, published.release, deliveryTo(stop, stop.isProtected ? approve : undefined)))
    // One approval is for one plan.
    if (done === null && stop.isProtected) approve = undefined
    said += outcome.stdout
    if (outcome.exitCode !== ExitCode.pass) return { ...outcome, stdout: said }
    if (stop.environment === until && next !== undefined)
      return planned(session, said, published.release, next)
  }
  return { exitCode: ExitCode.pass, stdout: said }
}

function deliveryTo({ environment, access, from }: Stop, approve?: string): Delivery {
  return {
    ...{ environment, access },
    ...(from === undefined ? {} : { from }),
    ...(approve === undefined ? {} : { approve }),
  }
}

async function planned(session: Session, said: string, release: Release, next: Stop): Promise<Outcome> {
  const { markdown, hash } = await planRelease(session, release, deliveryTo(next))
  return { exitCode: ExitCode.pass, stdout: `${said}${markdown}\napprove with: --approve ${hash}\n` }
}

/**
 * The environments of a tag, in order: where it ends by the ref table, and before it where each takes its releases from.
 * That all of them can be reached is asked before anything is published.
 * @throws USAGE, SECRET_MISSING
 */
export async function routeOf(session: Session, request: ReleaseRequest): Promise<readonly Stop[]> {
  const last = await targetOf(session, request.tag)
  const names = await wayTo(session, last)
  assertOnTheWay(names, request)
  const accessOf = (name: string): ClusterAccess =>
    session.accessGiven(
      name,
      name === last ? request.access : name === names.at(-2) ? request.from : undefined,
    )
  return Promise.all(
    names.map(async (name, index): Promise<Stop> => {
      const settings = await session.environment(name)
      const before = names[index - 1]
      const access = accessOf(name)
      const isReached = request.until === undefined || index <= names.indexOf(request.until) + 1
      if (isReached) assertAccess(settings, access)
      return {
        ...{ environment: name, isProtected: settings.protected, access },
        from: before === undefined ? undefined : accessOf(before),
      }
    }),
  )
}

async function targetOf(session: Session, tag: string): Promise<string> {
  const { targetFor } = await import("../src/config/index.ts")
  const config = await session.config()
  const last = targetFor({ kind: "tag", name: tag }, config)
  if (last !== null) return last
  const patterns = config.refs.flatMap((rule) => rule.tag ?? [])
  throw new SignalboxError("USAGE", {
    what: `the tag ${tag} goes to no environment`,
    where: "signalbox.yaml: refs",
    why: patterns.length === 0 ? "no rule has a tag" : `rules for tags are ${patterns.join(", ")}`,
    next: 'give a tag that a rule matches, or add one to refs: { tag: "v*.*.*", environment: NAME }',
  })
}

/** From the first environment to the last. @throws CONFIG_INVALID where they go round in a circle. */
async function wayTo(session: Session, last: string): Promise<readonly string[]> {
  const names = [last]
  for (;;) {
    const { promotesFrom } = await session.environment(names[0] ?? last)
    if (promotesFrom === null) return names
    if (names.includes(promotesFrom))
      throw new SignalboxError("CONFIG_INVALID", {
        what: "environments take their releases from each other in a circle",
        where: `environments/${names[0]}.yaml: promotesFrom`,
        why: [promotesFrom, ...names].join(" → "),
        next: "let the first one name none",
      })
    names.unshift(promotesFrom)
  }
}

/** Before anything is published: a slip of the pen must not have begun a release. */
function assertOnTheWay(names: readonly string[], { until, tag }: ReleaseRequest): void {
  if (until === undefined || names.includes(until)) return
  const meant = nearest(until, names)
  throw new SignalboxError("USAGE", {
    what: `--until ${until} is not on the way`,
    why: `${tag} goes ${names.join(", ")}`,
    next: meant === undefined ? "name one of them" : `did you mean ${JSON.stringify(meant)}?`,
  })
}

/** What to say where exactly this release is verified and running; null: it has to be deployed. */
async function alreadyVerified(session: Session, stop: Stop, release: Release): Promise<Outcome | null> {
  const { current } = await observe(session, stop.environment, stop.access)
  const there = current?.record === recordDigest(release.record) && current.verified
  const until = current?.verificationExpires ?? ""
  if (!there || until <= session.now.toISOString()) return null
  const { version } = release.record
  return {
    exitCode: ExitCode.pass,
    stdout: `${stop.environment} already runs ${version}, verified until ${until}\n`,
  }
}
