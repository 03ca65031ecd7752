import { type ManifestObject, parseValues, secretsIn } from "../../../chart/index.ts"
import {
  type Override,
  type Plan,
  planHash,
  type ReleaseRecord,
  SignalboxError,
} from "../../../domain/index.ts"
import { assertPassesAccess, assertServices } from "../../access/index.ts"
import {
  type Applied,
  approversRefusal,
  definitionWarnings,
  earlierVerification,
  fileRefusals,
  judgeDeployment,
  lacksApprovals,
  planDeployment,
  planMarkdown,
  type ReleaseInputs,
  recordedOverride,
  refusals,
  resolveTarget,
  shownChanges,
  stepsOf,
  type Target,
  throwRefusals,
} from "../../plan/index.ts"
import { assertJournalFits, assertLedgerHasRoom, isUnfinished } from "../../state/index.ts"
import { capabilities, type World } from "../../world/index.ts"
import { readRelease } from "../input.ts"
import { configuredMembers } from "../members.ts"
import type { Observation } from "../observation.ts"
import { askServer } from "../preflight.ts"
import type { DriverSession } from "../session.ts"
import { assertLoadScript, loadPlanOf, proofOf, smokeDefinitionOf } from "../verification.ts"
import { journalOf } from "./execute-plan.ts"

/** A release rendered for this environment. */
export interface Prepared {
  readonly record: ReleaseRecord
  readonly inputs: ReleaseInputs
  readonly target: Target
  /** What an upgrade does not do with the chart's `crds/`. */
  readonly definitions: readonly string[]
}

export async function prepare(session: DriverSession, world: World): Promise<Prepared> {
  const { record } = session.input.request
  if (record === null)
    throw new SignalboxError("USAGE", { what: "a plan needs a release", next: "name one: --release VERSION" })
  // What runs at the end of a deployment is checked before it begins.
  const { checks } = smokeDefinitionOf(session, session.input.smoke)
  assertPassesAccess(session.input.request.environment.access, checks)
  await assertLoadTest(session, record.version)
  const inputs = await readRelease(session.input, session.work)
  const options = { isUpgrade: world.revisions.length > 0, ...(await capabilities(session.api)) }
  for (const [index, { text }] of inputs.values.entries()) {
    const values = parseValues(text, session.input.request.values[index] ?? "values")
    session.secrets.learn(secretsIn([{ kind: "values", body: { values } }]))
  }
  const target = await resolveTarget(session.helm, record, inputs, options)
  session.secrets.learn(secretsIn(target.objects))
  await assertReachable(session, checks, target.objects)
  const definitions = options.isUpgrade ? await definitionWarnings(session.api, inputs.chart) : []
  return { record, inputs, target, definitions }
}

/** @throws CONFIG_INVALID where a test would find no Service: before anything is changed, and against no release. */
async function assertReachable(
  session: DriverSession,
  checks: readonly { readonly component?: string | undefined }[],
  objects: readonly ManifestObject[],
): Promise<void> {
  const { environment } = session.input.request
  const components = checks.map(({ component }) => component)
  await assertServices(session.api, environment, components, objects)
}

/**
 * A load test that is asked for can be run.
 * @throws CONFIG_INVALID for a profile that the environment's file names, and no script or one that does not load.
 */
async function assertLoadTest(session: DriverSession, version: string): Promise<void> {
  const { environment, loadAsked } = session.input.request
  const { profile } = environment.load
  if (profile === "none") return
  loadPlanOf(session)
  if (session.input.loadScript !== null) await assertLoadScript(session, version)
  else if (loadAsked)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${environment.name} asks for load profile ${profile}, and release ${version} has no load script`,
      where: `environments/${environment.name}.yaml: load.profile`,
      next: "name one in signalbox.yaml (load.script) and publish again, or set load.profile: none",
    })
}

/** Throws what refuses the release here. Asking the API server takes a while: false where it was just done. */
export async function checkPolicy(
  session: DriverSession,
  prepared: Prepared,
  world: World,
  ask: boolean,
): Promise<void> {
  const all = refusalsOf(session, prepared, world)
  const steps = stepsOfPrepared(session, prepared, world)
  const answers = ask ? await askServer(session, prepared.target, prepared.inputs, world, steps) : []
  throwRefusals([...all, ...filesRefusals(session, prepared), ...answers])
}

function filesRefusals({ input }: DriverSession, { record, inputs }: Prepared): readonly SignalboxError[] {
  const { values, environment } = input.request
  return fileRefusals(record, environment.name, {
    values: Object.fromEntries(inputs.values.map(({ text }, index) => [values[index] ?? "", text])),
    smoke: input.smoke,
    load: input.loadScript?.text ?? null,
  })
}

/** The same, but for what only the API server can say. */
export function refusalsOf(
  { input }: DriverSession,
  { record, target, inputs }: Prepared,
  { ledger }: World,
): readonly SignalboxError[] {
  return refusals(input.request, record, target, { ledger, chart: inputs.chart })
}

/** What the call's override sets aside, as the operation records it: null where it sets nothing aside. */
export function overrideOf(
  { input }: DriverSession,
  { record, target, inputs }: Prepared,
  { ledger }: World,
): Override | null {
  const { request } = input
  const { overridden } = judgeDeployment(request, record, target, { ledger, chart: inputs.chart })
  const approvals = request.override?.rules.includes("approvals") === true && lacksApprovals(request)
  const used = overridden.map(({ rule }) => rule)
  return recordedOverride(request, approvals ? [...used, "approvals"] : used)
}

/** Says of each rule that is overridden what it would have refused, or that it refuses nothing. */
export function tellOverride(session: DriverSession, prepared: Prepared, world: World): void {
  const { request } = session.input
  if (request.override === null) return
  const { record, target, inputs } = prepared
  const context = { ledger: world.ledger, chart: inputs.chart }
  const { overridden } = judgeDeployment(request, record, target, context)
  for (const rule of request.override.rules) {
    const refusals = overridden.filter((one) => one.rule === rule).map(({ refusal }) => refusal.detail.what)
    if (rule === "approvals" && lacksApprovals(request)) refusals.push("fewer approvals than are asked for")
    const text = refusals.length === 0 ? "it refuses nothing here, and is not recorded" : refusals.join("; ")
    session.recorder.tell({ event: "warning", text: `OVERRIDE of ${rule}: ${text}` })
  }
}

/** Everything that keeps an operation from being taken up again: the same, and too few approvals of this call. */
export function refusalsToResume(
  session: DriverSession,
  prepared: Prepared,
  world: World,
): readonly SignalboxError[] {
  const unapproved = approversRefusal(session.input.request, world.ledger)
  return [...refusalsOf(session, prepared, world), ...(unapproved === null ? [] : [unapproved])]
}

/** The steps that would bring what was prepared. @throws CONFIG_INVALID for one that can stand nowhere. */
export function stepsOfPrepared(session: DriverSession, { target }: Prepared, world: World): Plan["steps"] {
  const { request, loadScript } = session.input
  const facts = { members: configuredMembers(session), request, world, canLoad: loadScript !== null }
  return stepsOf(facts, request.kind, target.set)
}

/** @throws POLICY_REFUSED for one that cannot be carried out: it must not wait for an approval first. */
export function makePlan(
  session: DriverSession,
  prepared: Prepared,
  observed: Observation,
  cluster: string,
): Plan {
  const journal = observed.journal?.value ?? null
  const interrupted = isUnfinished(journal) ? journal.operation : null
  const { request, loadScript } = session.input
  const members = configuredMembers(session)
  const facts = {
    members,
    request,
    cluster,
    world: observed.world,
    interrupted,
    canLoad: loadScript !== null,
  }
  const { definitions } = prepared
  const plan = planDeployment({ ...facts, proof: proofOf(session), definitions }, prepared.target)
  assertLedgerHasRoom(observed.world.ledger)
  const override = recordedOverride(request, request.override?.rules ?? [])
  const fence = observed.world.ledger.fence + 1
  assertJournalFits(journalOf(session, plan, { fence, reason: null, override }))
  return plan
}

/** Writes a plan, and for people the diff of its objects (null: not known) against the deployed ones. */
export async function writePlan(
  session: DriverSession,
  plan: Plan,
  world: World,
  target: Applied | null,
): Promise<void> {
  const hash = planHash(plan)
  await session.recorder.json("plan.json", plan)
  await session.recorder.text("plan.hash", `${hash}\n`)
  const earlier = plan.kind === "rollback" ? null : earlierVerification(plan.target, session.input.request)
  await session.recorder.text("plan.md", planMarkdown(plan, hash, shownChanges(world, target), earlier))
}

/**
 * Holds a plan against the approval that was given.
 * @throws APPROVAL_REQUIRED with the hash, or PLAN_STALE when another plan was approved.
 */
export function checkApproval(session: DriverSession, plan: Plan): void {
  const { environment, approve } = session.input.request
  const hash = planHash(plan)
  if (approve === hash) return
  if (approve !== null)
    throw new SignalboxError("PLAN_STALE", {
      what: "the approved plan is not the one that would be carried out now",
      where: environment.name,
      why: `approved was ${approve}, the plan is now ${hash}: the release, the cluster or the policy has changed since`,
      next: `look at the plan again, then approve ${hash}`,
    })
  if (environment.protected)
    throw new SignalboxError("APPROVAL_REQUIRED", {
      what: `${environment.name} waits for the approval of this plan`,
      where: environment.name,
      why: `hash ${hash}`,
      next: `look at the plan, then call again with --approve ${hash}${environment.approvals === undefined ? "" : `, and with ${environment.approvals} approvers in --approved-by, as the CI server passes them on`}`,
      context: { planHash: hash },
    })
}

/** What approves the release itself, beside its plan. @throws APPROVERS_MISSING */
export function checkApprovers({ input }: DriverSession, { ledger }: World): void {
  const refusal = approversRefusal(input.request, ledger)
  if (refusal !== null) throw refusal
}
