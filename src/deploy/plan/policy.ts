import {
  type ChartFiles,
  parseValues,
  releaseSecretLimit,
  releaseSecretSize,
  renderedChart,
  scanManifests,
  scanValues,
} from "../../chart/index.ts"
import {
  type ReleaseDigests,
  type ReleaseRecord,
  SignalboxError,
  type ToolFinding,
} from "../../domain/index.ts"
import type { DriverRequest } from "../request.ts"
import { heldPartOf, holdOn, type StoredLedger } from "../state/index.ts"
import { evidenceRefusals } from "./evidence.ts"
import { promotionRefusal } from "./promotion.ts"
import type { Target } from "./target.ts"

/** The set is held here: refused until a person lifts the hold. */
export function holdRefusal(
  ledger: StoredLedger,
  set: ReleaseDigests,
  environment: string,
): SignalboxError | null {
  const hold = holdOn(ledger, set)
  if (hold === undefined) return null
  return new SignalboxError("DIGEST_HELD", {
    what: `version ${set.version} is held in ${environment}`,
    where: heldPartOf(ledger, set) ?? environment,
    why: `since ${hold.since}: ${hold.reason}`,
    next: `deploy another version, or lift the hold: hold --environment ${environment} --lift --release ${hold.version} --reason …`,
  })
}

/** What cannot end well, or must not begin. All of it at once, so that one round mends all. */
export function contentRefusals(
  target: Target,
  chart: ChartFiles,
  valueNames: readonly string[],
): readonly SignalboxError[] {
  const values = target.valueTexts.flatMap((text, index) => {
    const file = valueNames[index] ?? "values.signalbox.yaml"
    return scanValues(parseValues(text, file), file)
  })
  const findings = [...values, ...scanManifests(target.objects)]
  return [...secretRefusal(findings), ...sizeRefusal(target, chart)]
}

/** Everything that refuses a deployment, in the order in which a person would want to hear of it. */
export function refusals(
  request: DriverRequest,
  record: ReleaseRecord,
  target: Target,
  context: { readonly ledger: StoredLedger; readonly chart: ChartFiles },
): readonly SignalboxError[] {
  const held = holdRefusal(context.ledger, target.set, request.environment.name)
  const unproven = promotionRefusal(target.set, request)
  return [
    ...(held === null ? [] : [held]),
    ...evidenceRefusals(record, request),
    ...(unproven === null ? [] : [unproven]),
    ...contentRefusals(target, context.chart, request.values),
  ]
}

/**
 * Throws the first refusal, with the others in its reason.
 * @param consequence what that means for the caller, at the end of the reason
 */
export function throwRefusals(all: readonly SignalboxError[], consequence?: string): void {
  const [first, ...others] = all
  if (first === undefined) return
  if (others.length === 0 && consequence === undefined) throw first
  const more = others.map(
    (one) => `${one.detail.what}${one.detail.why === undefined ? "" : ` (${one.detail.why})`}`,
  )
  const also = more.length === 0 ? undefined : `also: ${more.join("; ")}`
  const why = [first.detail.why, also, consequence].filter((text) => text !== undefined).join("; ")
  throw new SignalboxError(first.code, { ...first.detail, why })
}

function secretRefusal(findings: readonly ToolFinding[]): readonly SignalboxError[] {
  if (findings.length === 0) return []
  return [
    new SignalboxError("POLICY_REFUSED", {
      what: "the rendered release carries secrets or placeholders",
      why: findings.map((one) => one.message).join("; "),
      next: "refer to Secrets by name (secretEnv); create them outside the release",
    }),
  ]
}

function sizeRefusal(target: Target, chart: ChartFiles): readonly SignalboxError[] {
  const { manifest, crds, valueTexts } = target
  // The chart itself is stored for a rollback; Helm stores the rendered one.
  const stored = [chart, renderedChart(chart, manifest, crds)]
  const size = Math.max(...stored.map((files) => releaseSecretSize(files, valueTexts, manifest)))
  if (size <= releaseSecretLimit) return []
  return [
    new SignalboxError("POLICY_REFUSED", {
      what: "Helm could not store this release",
      why: `its Secret would take ${Math.round(size / 1024)} KiB, the limit is ${releaseSecretLimit / 1024} KiB`,
      next: "take large files out of the chart, or split it",
    }),
  ]
}
