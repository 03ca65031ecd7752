import {
  type Digest,
  type ManifestChange,
  type Plan,
  type PlanBasis,
  type PlannedStep,
  type PlanProof,
  type ReleaseDigests,
  visible,
} from "../../domain/index.ts"
import { earlierLines } from "./earlier.ts"
import { code, fenceFor, inert } from "./markdown-text.ts"
import type { EarlierVerification } from "./promotion.ts"

/**
 * A plan for the person who approves it.
 * @param changes its changes as they are shown, with the lines round them.
 * @param earlier where the release was verified before. Default: it comes from no other environment. The hash does not
 * cover it: it is dated, and a later verification of the same release makes no other plan.
 */
export function planMarkdown(
  plan: Plan,
  hash: Digest,
  changes: readonly ManifestChange[],
  earlier: EarlierVerification | null = null,
): string {
  const changed = changes.filter((change) => change.action !== "unchanged")
  return [
    `# Plan: ${plan.kind} of ${inert(plan.target.version)} to ${inert(plan.environment)}`,
    "",
    `Hash: \`${hash}\``,
    "",
    ...overrideLines(plan.basis?.override),
    "| | |",
    "|---|---|",
    `| namespace, release | ${inert(plan.namespace)}, ${inert(plan.releaseName)} at revision ${plan.baseRevision} |`,
    `| now | ${plan.current === null ? "nothing that Signalbox deployed" : inert(plan.current.version)} |`,
    `| then | ${inert(plan.target.version)} (record ${short(plan.target.record)}) |`,
    `| if it fails | ${plan.fallback === null ? "no verified release to go back to" : `back to ${inert(plan.fallback.version)}`} |`,
    "",
    "The lock is advisory: an operation does not act with a token of its own yet, so nothing but the lock keeps two apart.",
    "",
    "## Images",
    "",
    ...imageLines(plan.target, plan.current),
    "",
    "## Steps",
    "",
    ...plan.steps.flatMap((step, index) => [
      `${index + 1}. **${inert(step.id)}**: ${inert(step.title)} (at most ${step.timeoutSeconds} s)`,
      ...detailLines(step),
    ]),
    "",
    ...(plan.kind === "rollback" ? [] : earlierLines(plan.environment, earlier)),
    "## Proven by",
    "",
    ...proofLines(plan.proof),
    ...basisLines(plan.basis),
    "",
    ...(plan.warnings.length === 0
      ? []
      : ["## Warnings", "", ...plan.warnings.map((text) => `- ${inert(text)}`), ""]),
    `## Changes (${changed.length} of ${changes.length} objects)`,
    "",
    ...changed.flatMap((change) => [
      `### ${change.action} ${inert(`${change.kind}/${change.name}`)}${ruleOf(change)}`,
      "",
      ...fencedDiff(change.diff),
    ]),
  ].join("\n")
}

/** Red where Markdown is shown with colours, as GitHub shows a job's summary: it must not be read over. */
function overrideLines(override: PlanBasis["override"]): readonly string[] {
  if (override === undefined) return []
  const { rules, reason, until, maxAge } = override
  const ends =
    until === null ? `for at most ${maxAge ?? "no time: the policy allows no override"}` : `until ${until}`
  return ["> [!CAUTION]", `> **OVERRIDE of ${rules.join(", ")}**, ${inert(ends)}: ${inert(reason)}`, ""]
}

/** What Helm does with an object beside applying it. */
function ruleOf({ hook, definition, keep, action }: ManifestChange): string {
  const rules = [
    ...(hook === undefined
      ? []
      : [
          `hook: ${hook.events.join(", ")}; weight ${hook.weight}${hook.deletion.length === 0 ? "" : `; deleted ${hook.deletion.join(", ")}`}`,
        ]),
    ...(definition === true ? ["crds/: installed before everything else"] : []),
    ...(keep === true
      ? [
          action === "delete"
            ? "stays in the cluster: helm.sh/resource-policy: keep"
            : "helm.sh/resource-policy: keep",
        ]
      : []),
  ]
  return rules.length === 0 ? "" : ` (${inert(rules.join("; "))})`
}

/** Where and by what it is proven: another access, pin or tool is another plan. */
function basisLines(basis: PlanBasis | undefined): readonly string[] {
  if (basis === undefined) return []
  const { environment, settings, requiredGates, namedGates, warningGates } = basis
  const { policy, tools, verifiedFor, outside } = basis
  return [
    ...Object.entries(settings).map(([key, value]) => `- ${key}: ${code(visible(JSON.stringify(value)))}`),
    `- the environment's whole file as it was read: \`${environment}\``,
    `- required gates: ${requiredGates.length === 0 ? "none" : inert(requiredGates.join(", "))}`,
    ...(namedGates === undefined ? [] : [`- of these must have judged: ${inert(namedGates.join(", "))}`]),
    ...(warningGates === undefined
      ? []
      : [`- of these, findings only warn: ${inert(warningGates.join(", "))}`]),
    `- policy: ${code(visible(JSON.stringify(policy)))}`,
    ...(verifiedFor === null ? [] : [`- a verification there counts for ${inert(verifiedFor)}`]),
    ...Object.entries(tools).map(([name, image]) => `- ${inert(name)}: ${code(visible(image))}`),
    `- hooks and crds/: \`${outside}\``,
  ]
}

/** All of it: what is approved is what is carried out. */
function detailLines({ details = {} }: PlannedStep): readonly string[] {
  return Object.entries(details).map(
    ([key, value]) => `   - ${inert(key)}: ${code(visible(JSON.stringify(value)))}`,
  )
}

function fencedDiff(diff: readonly string[]): readonly string[] {
  if (diff.length === 0) return []
  const fence = fenceFor(diff.join("\n"), 3)
  return [`${fence}diff`, ...diff.map(visible), fence, ""]
}

function imageLines(target: ReleaseDigests, current: ReleaseDigests | null): readonly string[] {
  return Object.entries(target.images).map(([component, digest]) => {
    const before = current?.images[component]
    const note =
      before === undefined ? "new" : before === digest ? "unchanged" : `was ${code(visible(before))}`
    return `- ${inert(component)}: \`${digest}\` (${note})`
  })
}

function proofLines(proof: PlanProof | null): readonly string[] {
  if (proof === null) return ["- the smoke test that verified it before"]
  const { smoke, load, objectives } = proof
  const smokeTest =
    smoke.source === "smoke.yaml" ? "smoke.yaml of the release" : "every component's health path"
  const statuses = objectives.expectedStatuses ?? []
  const expected = statuses.length === 0 ? "" : ` (status ${statuses.join(", ")} is none)`
  return [
    `- smoke test: ${smokeTest}, \`${smoke.digest}\``,
    load === null
      ? "- load: none"
      : `- load: ${load.users} users for ${load.durationSeconds} s, ramp-up ${load.rampUpSeconds} s, load.js \`${load.script}\``,
    `- objectives: at most ${objectives.errorRate} of requests failed${expected}, p95 ${objectives.p95Ms} ms; at least ${objectives.availability} of checks held, ${objectives.minimumRequests} requests`,
  ]
}

function short(digest: Digest): string {
  return `${digest.slice(0, 19)}…`
}
