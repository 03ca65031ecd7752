import type {
  Digest,
  ManifestChange,
  Plan,
  PlannedStep,
  PlanProof,
  ReleaseDigests,
} from "../../domain/index.ts"

/**
 * A plan for the person who approves it.
 * @param changes its changes as they are shown, with the lines round them.
 */
export function planMarkdown(plan: Plan, hash: Digest, changes: readonly ManifestChange[]): string {
  const changed = changes.filter((change) => change.action !== "unchanged")
  return [
    `# Plan: ${plan.kind} of ${plan.target.version} to ${plan.environment}`,
    "",
    `Hash: \`${hash}\``,
    "",
    "| | |",
    "|---|---|",
    `| namespace, release | ${plan.namespace}, ${plan.releaseName} at revision ${plan.baseRevision} |`,
    `| now | ${plan.current === null ? "nothing that Signalbox deployed" : plan.current.version} |`,
    `| then | ${plan.target.version} (record ${short(plan.target.record)}) |`,
    `| if it fails | ${plan.fallback === null ? "nothing verified to go back to" : `back to ${plan.fallback.version}`} |`,
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
      `${index + 1}. **${step.id}**: ${step.title} (at most ${step.timeoutSeconds} s)`,
      ...detailLines(step),
    ]),
    "",
    "## Proven by",
    "",
    ...proofLines(plan.proof),
    "",
    ...(plan.warnings.length === 0
      ? []
      : ["## Warnings", "", ...plan.warnings.map((text) => `- ${text}`), ""]),
    `## Changes (${changed.length} of ${changes.length} objects)`,
    "",
    ...changed.flatMap((change) => [
      `### ${change.action} ${change.kind}/${change.name}`,
      "",
      ...(change.diff.length === 0 ? [] : ["```diff", ...change.diff, "```", ""]),
    ]),
  ].join("\n")
}

/** All of it: what is approved is what is carried out. */
function detailLines({ details = {} }: PlannedStep): readonly string[] {
  return Object.entries(details).map(([key, value]) => `   - ${key}: ${code(JSON.stringify(value))}`)
}

/** As code in Markdown, whatever backticks a text has itself. */
function code(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length)
  const fence = "`".repeat(Math.max(0, ...runs) + 1)
  return runs.length === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`
}

function imageLines(target: ReleaseDigests, current: ReleaseDigests | null): readonly string[] {
  return Object.entries(target.images).map(([component, digest]) => {
    const before = current?.images[component]
    const note = before === undefined ? "new" : before === digest ? "unchanged" : `was \`${before}\``
    return `- ${component}: \`${digest}\` (${note})`
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
