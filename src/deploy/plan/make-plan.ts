import { budgetFindings, reloadWarnings, startupWarnings, waitWarnings } from "../../chart/index.ts"
import type {
  LedgerEntry,
  OperationKind,
  Plan,
  PlanProof,
  ReleaseDigests,
  ReleaseRecord,
} from "../../domain/index.ts"
import type { Members } from "../engine/index.ts"
import { isStuck, objectsIn } from "../helm/index.ts"
import type { DriverRequest } from "../request.ts"
import { entryOfRevision, fallbackOf } from "../state/index.ts"
import type { World } from "../world/index.ts"
import { basisOf } from "./basis.ts"
import { appliedByEntry, changesTo } from "./changes.ts"
import { policyWarnings } from "./content.ts"
import { plannedSteps } from "./planned-steps.ts"
import type { Target } from "./target.ts"

/** The facts that a plan is computed from: all of them were read before. */
export interface PlanFacts {
  readonly members: Members
  readonly request: DriverRequest
  /** UID of the namespace. */
  readonly cluster: string
  readonly world: World
  /** Operation that is not finished. */
  readonly interrupted: string | null
  /** Whether there is a script for load tests. */
  readonly canLoad: boolean
}

/** The facts that the plan of a deployment is computed from. */
export interface DeploymentFacts extends PlanFacts {
  readonly proof: PlanProof
  /** What is to be said of the chart's `crds/`, which an upgrade leaves alone. Default: nothing. */
  readonly definitions?: readonly string[]
}

/** The plan of a deployment or promotion. Pure: equal facts give an equal plan, and so an equal hash. */
export function planDeployment(facts: DeploymentFacts, target: Target): Plan {
  const { request, world } = facts
  const fallback = fallbackOf(world.ledger, target.set)
  const seconds = request.environment.timeouts.rollout.ms / 1000
  const running = world.current === null ? [] : objectsIn(world.current)
  return {
    ...common(facts),
    kind: request.kind,
    target: target.set,
    fallback: fallback?.set ?? null,
    steps: stepsOf(facts, request.kind, target.set),
    proof: facts.proof,
    basis: basisOf(request, target),
    changes: changesTo(world, target),
    warnings: [
      ...warningsOf(facts),
      ...(fallback === undefined ? [nothingVerified(world)] : []),
      ...(facts.canLoad || request.environment.load.profile === "none"
        ? []
        : [`load profile ${request.environment.load.profile} is not run: there is no load script`]),
      ...startupWarnings(target.objects, seconds),
      ...budgetFindings(target.objects).map((one) => one.message),
      ...reloadWarnings(running, target.objects),
      ...waitWarnings(running, target.objects),
      ...(facts.definitions ?? []),
      ...policyWarnings(target, request),
      ...addedByHand(world, target.objects),
    ],
  }
}

/** The plan of a manual rollback to a verified entry. */
export function planRollback(facts: PlanFacts, to: LedgerEntry): Plan {
  const { world } = facts
  const applied = appliedByEntry(world, to)
  return {
    ...common(facts),
    kind: "rollback",
    target: to.set,
    fallback: null,
    steps: stepsOf({ ...facts, canLoad: false }, "rollback", to.set),
    proof: null,
    changes: changesTo(world, applied),
    warnings: [
      ...warningsOf(facts),
      ...(world.current === null ? [] : reloadWarnings(objectsIn(world.current), applied?.objects ?? [])),
    ],
  }
}

function common(facts: PlanFacts) {
  const { members, request, world, cluster } = facts
  const { environment } = request
  const { current } = world
  return {
    schemaVersion: 1 as const,
    project: request.project,
    environment: environment.name,
    namespace: environment.namespace,
    releaseName: environment.release,
    cluster,
    baseRevision: current?.revision ?? 0,
    serving: world.traffic.present,
    current: current === null ? null : (entryOfRevision(world.ledger, current.revision)?.set ?? null),
    strategy: members.strategy.id,
  }
}

/** The steps alone, of the requested operation. @throws CONFIG_INVALID for one that can stand nowhere. */
export function stepsOf(
  { members, request, world, canLoad }: Pick<PlanFacts, "members" | "request" | "world" | "canLoad">,
  kind: OperationKind,
  target: ReleaseDigests,
): Plan["steps"] {
  const { environment, record } = request
  const images = kind === "rollback" ? {} : imagesOf(record)
  return plannedSteps(members, { kind, target, environment, world, canLoad, images })
}

function imagesOf(record: ReleaseRecord | null): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (record?.images ?? []).map(({ component, repository, digest }) => [component, `${repository}@${digest}`]),
  )
}

function nothingVerified(world: World): string {
  const { present } = world.traffic
  if (world.revisions.length === 0)
    return "first deployment: no verified release to go back to; a failure takes it out of traffic and needs a person (18)"
  const stays =
    present.length === 0
      ? "takes it out of traffic"
      : `leaves in traffic what is there (${present.join(", ")})`
  return `no verified release to go back to: a failure ${stays} and needs a person (18)`
}

/** Helm compares with its last manifest: what others have added since stays there, and is tested with the release. */
function addedByHand({ served }: World, objects: Target["objects"]): readonly string[] {
  const kept = new Set(objects.map(({ kind, name }) => `${kind}/${name}`))
  return (served?.added ?? [])
    .filter((field) => kept.has(field.split(" ", 1)[0] ?? ""))
    .map((field) => `${field}, which its manifest did not set: it stays there, unless this release sets it`)
}

function warningsOf(facts: PlanFacts): readonly string[] {
  const { world, interrupted } = facts
  const { current } = world
  const known = current === null || entryOfRevision(world.ledger, current.revision) !== undefined
  return [
    ...(interrupted === null
      ? []
      : [
          `operation ${interrupted} was interrupted: the next run first finishes it or goes back to what was verified`,
        ]),
    ...(interrupted === null
      ? world.revisions
          .filter(isStuck)
          .map(
            (one) =>
              `Helm's revision ${one.revision} is ${one.status}, left by a process that is not ours: it will be settled`,
          )
      : []),
    ...(current?.status === "deployed" && !known && interrupted === null
      ? [
          `revision ${current.revision} was not deployed by Signalbox: it is not verified, and no failure goes back to it`,
        ]
      : []),
  ]
}
