import { join } from "node:path"
import { renderedChart } from "../../chart/index.ts"
import { type ReleaseDigests, SignalboxError, sha256 } from "../../domain/index.ts"
import {
  bundleName,
  deleteBundles,
  neededBundles,
  readBundle,
  saveBundle,
  writeChart,
} from "../bundles/index.ts"
import { collectDiagnosis } from "../diagnosis/index.ts"
import type { Actions } from "../engine/index.ts"
import { describeRevision, readHistory, type UpgradeRequest, unplanned } from "../helm/index.ts"
import type { Target } from "../plan/index.ts"
import { sameRelease, verifiedEntries } from "../state/index.ts"
import type { StepResult } from "../steps/tools.ts"
import { removeOrphans, removeTraffic } from "./objects.ts"
import { hideAll, learnNamespaceSecrets } from "./own-secrets.ts"
import { assertReachable } from "./reachable.ts"
import { retryUnreachable } from "./retry-unreachable.ts"
import { returnToSet } from "./return.ts"
import type { DriverSession, RenderedRelease } from "./session.ts"
import { unlessDamaged } from "./unless-damaged.ts"
import { load, loadPlanOf, smoke, smokeDefinitionOf, unansweredTarget } from "./verification.ts"

/** The real actions: helm, kubectl and k6 against a cluster. */
export function driverActions(
  session: DriverSession,
  operation: string,
  rendered: RenderedRelease | null,
): Actions {
  const { api, input, recorder } = session
  const { namespace, release, history } = input.request.environment
  return {
    rollOut: async (timeoutMs, signal) => {
      if (rendered === null) throw new SignalboxError("INTERNAL", { what: "there is nothing to roll out" })
      const description = describeRevision(operation, rendered.target.set.version)
      const { manifest, crds } = rendered.target
      const chart = join(session.work, "rendered")
      await writeChart(renderedChart(rendered.inputs.chart, manifest, crds), chart)
      const upgrade = { chart, values: rendered.target.valueFiles, timeoutMs, description }
      const result = await rollOut(session, upgrade, rendered.target, signal)
      if (!result.ok) return result
      return { ok: true, note: result.note + (await removeOrphans(session, rendered.target.set)) }
    },
    returnTo: (set, revision, timeoutMs, signal) =>
      returnToSet(session, { set, revision, timeoutMs, signal, operation }, () =>
        removeOrphans(session, set),
      ),
    smoke: async (set, file, timeoutMs, signal) => {
      const test = await unlessDamaged(async () =>
        smokeDefinitionOf(session, await smokeTextFor(session, set, rendered)),
      )
      if (!test.ok) return { ok: false, cause: `smoke test of ${set.version}: ${test.cause}` }
      const report = await smoke(session, test.value, set.version, {
        timeoutMs,
        file,
        signal,
      })
      if (report.verdict === "pass") return { ok: true, note: report.summary }
      await assertReachable(session)
      return { ok: false, cause: `smoke test: ${report.summary}` }
    },
    load: async (set, timeoutMs, signal) => runLoadStep(session, set, timeoutMs, signal),
    removeOrphans: (set) => removeOrphans(session, set),
    outOfTraffic: (keep) => removeTraffic(session, keep),
    saveBundle: async (set) => {
      // An installation that is taken up again is rendered as an upgrade: its bundle is the same.
      if (rendered === null || !sameRelease(rendered.target.set, set)) return
      const bundle = { chart: rendered.inputs.chart, values: rendered.target.valueTexts, smoke: input.smoke }
      await saveBundle(api, namespace, set, bundle)
      const ledger = await session.store.readLedger()
      if (ledger === null) return
      const verified = verifiedEntries(ledger.value)
      const past = [...ledger.value.entries, ...verified].map((entry) => entry.set)
      await deleteBundles(api, namespace, past, [set, ...neededBundles(verified, history)])
    },
    hide: (text) => session.secrets.hide(text),
    storeLog: (file, text) => storeLog(session, file, text),
    diagnose: (baseRevision) => {
      const directory = join(recorder.directory, "diagnosis")
      const { secrets } = session
      return collectDiagnosis(api, namespace, release, { directory, secrets, baseRevision })
    },
  }
}

async function storeLog(session: DriverSession, file: string, text: string): Promise<string | null> {
  if (!(await learnNamespaceSecrets(session))) return null
  const redacted = hideAll(session, text)
  await session.recorder.text(file, redacted)
  return redacted
}

async function rollOut(
  session: DriverSession,
  upgrade: UpgradeRequest,
  target: Target,
  signal: AbortSignal,
): Promise<StepResult> {
  const { api, helm, input } = session
  const { namespace, release } = input.request.environment
  const before = (await readHistory(api, namespace, release)).at(-1)?.revision ?? 0
  const outcome = await retryUnreachable(session, () => helm.upgrade(upgrade, signal))
  const newest = (await readHistory(api, namespace, release)).at(-1)
  if (!outcome.ok) {
    const explained = outcome.why === "other" || outcome.why === "conflict"
    return { ok: false, cause: outcome.message, explained, untouched: (newest?.revision ?? 0) === before }
  }
  const other = unplanned(newest, target)
  return other === null
    ? { ok: true, note: `Helm revision ${newest?.revision}, all pods ready` }
    : { ok: false, cause: other }
}

/**
 * A set is tested by the smoke test that verified it; the request's own is for the release that the request deploys.
 */
async function smokeTextFor(
  session: DriverSession,
  set: ReleaseDigests,
  rendered: RenderedRelease | null,
): Promise<string | null> {
  if (rendered !== null && sameRelease(rendered.target.set, set)) return session.input.smoke
  const bundle = await readBundle(session.api, session.input.request.environment.namespace, set)
  if (bundle !== null) return bundle.smoke
  const own = session.input.smoke
  if (set.smoke === undefined || set.smoke === (own === null ? null : sha256(own))) return own
  if (set.smoke === null) return null
  throw new SignalboxError("STATE_DAMAGED", {
    what: `the smoke test that verified ${set.version} is not stored any more`,
    why: `ConfigMap ${bundleName(set)} was deleted, and no other test counts in its place`,
    next: `deploy ${set.version} again: that verifies it anew`,
  })
}

async function runLoadStep(
  session: DriverSession,
  set: ReleaseDigests,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<StepResult> {
  try {
    const away = await unansweredTarget(session)
    if (away !== null) {
      await assertReachable(session)
      return { ok: false, cause: `load test: ${away}` }
    }
    const report = await load(session, loadPlanOf(session), set.version, { timeoutMs, signal })
    if (report.verdict === "pass") return { ok: true, note: report.summary }
    await assertReachable(session)
    const failed = { ok: false as const, cause: `load test ${report.verdict}: ${report.summary}` }
    return report.verdict === "inconclusive" ? { ...failed, noVerdict: "inconclusive" } : failed
  } catch (error) {
    // A defect of the test says nothing against the release; where the cluster is unreachable, the next driver decides.
    if (!(error instanceof SignalboxError) || error.code === "CLUSTER_UNREACHABLE" || signal.aborted)
      throw error
    await assertReachable(session)
    return {
      ok: false,
      cause: `load test could not be judged: ${error.detail.what}: ${error.detail.why ?? ""}`,
      noVerdict: "error",
    }
  }
}
