import type { ClusterAccess, Outcome, Session } from "../src/call/index.ts"
import { assertAccess } from "../src/call/index.ts"
import {
  ExitCode,
  isCovered,
  nearest,
  type RequestedOverride,
  recordDigest,
  SignalboxError,
} from "../src/domain/index.ts"
import type { Release } from "./bundle.ts"
import { type DeploymentRequest, deployRelease, planRelease } from "./environment.ts"
import { observe } from "./operate.ts"
import { policyInForce, protectedRefs } from "./policy.ts"
import { publishRelease } from "./publish.ts"
import { publishOutput } from "./publish-output.ts"
import { assertRouteTakes } from "./route.ts"
import { assertApprovable } from "./satisfiable.ts"
import { assertProtected, sourceFacts } from "./source.ts"

/** A whole release: from a tag to the environment that the refs of signalbox.yaml map the tag to. */
export interface ReleaseRequest {
  readonly tag: string
  /** Ends once this environment is verified and the next one is planned. */
  readonly until?: string | undefined
  /** Hash of the plan that is approved: of the first protected environment that does not run the release yet. */
  readonly approve?: string | undefined
  /** Logins of those who have approved it, as the CI server passes them on. */
  readonly approvedBy?: readonly string[] | undefined
  /** Rules that it overrides, in every environment where they refuse it; null: none. */
  readonly override?: RequestedOverride | null
  /** Access to the last environment. */
  readonly access: ClusterAccess
  /** Access to the environment before the last. */
  readonly from: ClusterAccess
}

/** One environment on a release's route. */
export interface ReleaseStage {
  readonly environment: string
  readonly isProtected: boolean
  readonly access: ClusterAccess
  /** Access to the previous environment, where the release is verified first. */
  readonly from: ClusterAccess | undefined
}

/**
 * Gates, build, publish, then the same digests from environment to environment, each verified before the next begins. It
 * continues where an earlier call stopped: a published release is not built again, a verified one not deployed again. The
 * release is looked up once, so that every environment gets the same record.
 */
export async function release(session: Session, request: ReleaseRequest): Promise<Outcome> {
  const { session: held, identity } = await policyInForce(session)
  const branches = await protectedRefs(session)
  assertProtected(await sourceFacts(session, branches, request.tag), branches)
  const route = await releaseRoute(held, request)
  const { tag, until, override = null } = request
  const environments = route.map(({ environment }) => environment)
  // Before anything is built: no environment of the route can be one that nobody can approve.
  const config = await held.config()
  for (const name of environments) await assertApprovable(await held.environment(name), config, identity)
  const published = await publishRelease(session, { version: tag, tag, environments })
  if ("refused" in published) return published.refused
  await assertRouteTakes(session, environments, published.release)
  let { approve } = request
  let output = await publishOutput(held, published)
  for (const [index, stage] of route.entries()) {
    const next = route[index + 1]
    const done = next === undefined ? null : await alreadyVerified(held, stage, published.release, override)
    const outcome =
      done ??
      (await deployRelease(
        held,
        published.release,
        deploymentRequest(stage, {
          ...(stage.isProtected ? { approve } : {}),
          ...{ approvedBy: request.approvedBy, override },
        }),
      ))
    // An approval is for one plan only.
    if (done === null && stage.isProtected) approve = undefined
    output += outcome.stdout
    if (outcome.exitCode !== ExitCode.pass) return { ...outcome, stdout: output }
    if (stage.environment === until && next !== undefined)
      return planNextStage(held, output, published.release, deploymentRequest(next, { override }))
  }
  return { exitCode: ExitCode.pass, stdout: output }
}

function deploymentRequest(
  { environment, access, from }: ReleaseStage,
  more: Pick<DeploymentRequest, "approve" | "approvedBy" | "override">,
): DeploymentRequest {
  return { ...{ environment, access }, ...(from === undefined ? {} : { from }), ...more }
}

async function planNextStage(
  session: Session,
  output: string,
  release: Release,
  next: DeploymentRequest,
): Promise<Outcome> {
  const { markdown, hash } = await planRelease(session, release, next)
  return { exitCode: ExitCode.pass, stdout: `${output}${markdown}\napprove with: --approve ${hash}\n` }
}

/**
 * The environments of a tag, in order: the last one is what `refs` maps the tag to, the others follow from `promotesFrom`.
 * A missing kubeconfig is reported here, before anything is published.
 * @throws USAGE, SECRET_MISSING
 */
export async function releaseRoute(
  session: Session,
  request: ReleaseRequest,
): Promise<readonly ReleaseStage[]> {
  const last = await targetEnvironment(session, request.tag)
  const names = await promotionChain(session, last)
  assertOnRoute(names, request)
  const accessOf = (name: string): ClusterAccess =>
    session.resolveAccess(
      name,
      name === last ? request.access : name === names.at(-2) ? request.from : undefined,
    )
  return Promise.all(
    names.map(async (name, index): Promise<ReleaseStage> => {
      const settings = await session.environment(name)
      const previous = names[index - 1]
      const access = accessOf(name)
      const isReached = request.until === undefined || index <= names.indexOf(request.until) + 1
      if (isReached) assertAccess(settings, access)
      return {
        ...{ environment: name, isProtected: settings.protected, access },
        from: previous === undefined ? undefined : accessOf(previous),
      }
    }),
  )
}

async function targetEnvironment(session: Session, tag: string): Promise<string> {
  const { targetFor } = await import("../src/config/index.ts")
  const config = await session.config()
  const last = targetFor({ kind: "tag", name: tag }, config)
  if (last !== null) return last
  const patterns = config.refs.flatMap((rule) => rule.tag ?? [])
  throw new SignalboxError("USAGE", {
    what: `no rule maps the tag ${tag} to an environment`,
    where: "signalbox.yaml: refs",
    why: patterns.length === 0 ? "no rule has a tag" : `rules for tags are ${patterns.join(", ")}`,
    next: 'use a tag that a rule matches, or add a rule to refs: { tag: "v*.*.*", environment: NAME }',
  })
}

/** From the first environment to the last. @throws CONFIG_INVALID where `promotesFrom` forms a cycle. */
async function promotionChain(session: Session, last: string): Promise<readonly string[]> {
  const names = [last]
  for (;;) {
    const { promotesFrom } = await session.environment(names[0] ?? last)
    if (promotesFrom === null) return names
    if (names.includes(promotesFrom))
      throw new SignalboxError("CONFIG_INVALID", {
        what: "the environments promote from each other in a cycle",
        where: `environments/${names[0]}.yaml: promotesFrom`,
        why: [promotesFrom, ...names].join(" → "),
        next: "remove promotesFrom from the first environment",
      })
    names.unshift(promotesFrom)
  }
}

/** Checked before anything is published, because a typing error must not start a release. @throws USAGE */
function assertOnRoute(names: readonly string[], { until, tag }: ReleaseRequest): void {
  if (until === undefined || names.includes(until)) return
  const suggestion = nearest(until, names)
  throw new SignalboxError("USAGE", {
    what: `--until ${until} is not on the release's route`,
    why: `${tag} goes to ${names.join(", ")}`,
    next: suggestion === undefined ? "name one of them" : `did you mean ${JSON.stringify(suggestion)}?`,
  })
}

/** The outcome for an environment that already runs this very release, verified; null where it has to be deployed. */
async function alreadyVerified(
  session: Session,
  stage: ReleaseStage,
  release: Release,
  override: RequestedOverride | null,
): Promise<Outcome | null> {
  const { current } = await observe(session, stage.environment, stage.access)
  // What rests on another override than this call's allows no promotion by it: it is deployed again.
  const isVerified =
    current?.record === recordDigest(release.record) &&
    current.verified &&
    isCovered(current.override, override)
  const until = current?.verificationExpires ?? ""
  if (!isVerified || until <= session.now.toISOString()) return null
  const { version } = release.record
  return {
    exitCode: ExitCode.pass,
    stdout: `${stage.environment} already runs ${version}, verified until ${until}\n`,
  }
}
