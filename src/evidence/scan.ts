import { z } from "zod"
import { digest } from "../config/schema/primitives.ts"
import {
  type GateReportData,
  imagesOfRecord,
  type ReleaseRecord,
  recordDigest,
  type ScanStatement,
  SignalboxError,
  securityScoreName,
} from "../domain/index.ts"
import { recordedEvidence } from "./record.ts"
import { recordParts } from "./record-schema.ts"

const scan = z.strictObject({
  schemaVersion: z.literal(1),
  record: digest,
  images: z.record(z.string(), digest),
  date: z.iso.datetime({ offset: true }),
  gates: recordParts.gates,
  waivers: recordParts.waivers,
})

/**
 * The statement of a later judgement.
 * @param built component -> digest of the image that was judged.
 * @throws POLICY_REFUSED where that is another image than the release's: what was judged is not what is deployed.
 */
export function scanStatement(
  record: ReleaseRecord,
  report: GateReportData,
  built: Readonly<Record<string, string>>,
  date: string,
): ScanStatement {
  const images = imagesOfRecord(record)
  const others = Object.entries(images).filter(([component, wanted]) => built[component] !== wanted)
  if (others.length > 0)
    throw new SignalboxError("POLICY_REFUSED", {
      what: `release ${record.version} cannot be judged again`,
      why: others
        .map(
          ([name, wanted]) => `${name} is now built as ${built[name] ?? "nothing"}, released was ${wanted}`,
        )
        .join("; "),
      next: "cut a new version: its build depends on more than its commit, such as packages without a version",
    })
  const { gates, waivers } = recordedEvidence(report)
  const judged = gates.filter(({ gate, database }) => database !== undefined || gate === securityScoreName)
  return { schemaVersion: 1, record: recordDigest(record), images, date, gates: judged, waivers }
}

/** A stored statement. @throws STATE_DAMAGED */
export function parseScan(text: string, reference: string): ScanStatement {
  const parsed = scan.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data as ScanStatement
  const problem = parsed.error.issues[0]
  throw new SignalboxError("STATE_DAMAGED", {
    what: "a scan statement cannot be read",
    where: reference,
    why: `${problem?.path.join(".") || "document"}: ${problem?.message}`,
    next: "judge the release again: dagger call publish --version VERSION",
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // Reported by the caller, with its place.
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

/** Key of a statement: sorted as texts, the keys of one version are in the order of time. */
export function scanKey(tag: string, date: string, id: string): string {
  return `${tag}-${date.replace(/\D/g, "").slice(0, 14)}-${id.replaceAll("-", "").slice(0, 8)}`
}

/** The newest key of one version: that of 1.0.0-rc.1 begins with the tag of 1.0.0, too. */
export function newestScanKey(tag: string, keys: readonly string[]): string | undefined {
  return keys
    .filter((key) => key.startsWith(`${tag}-`) && /^\d{14}-[0-9a-f]{8}$/.test(key.slice(tag.length + 1)))
    .sort()
    .at(-1)
}

/**
 * Whether a statement lies under the key that it was written to. An older one that was copied to a later key would hide
 * what was found since.
 */
export function isUnderItsKey(key: string, tag: string, { date }: Pick<ScanStatement, "date">): boolean {
  return key.startsWith(scanKey(tag, date, ""))
}

/** Gates of a record whose database is older than one of these environments accepts, on a day. */
export function agedGates(
  record: Pick<ReleaseRecord, "gates">,
  environments: readonly {
    readonly acceptedDatabases: readonly { readonly name: string; readonly maxAge: { readonly ms: number } }[]
  }[],
  date: string,
): readonly string[] {
  const accepted = environments.flatMap((one) => one.acceptedDatabases)
  return record.gates
    .filter(({ database }) =>
      accepted.some(
        ({ name, maxAge }) =>
          name === database?.name && !(Date.parse(date) - Date.parse(database.date) <= maxAge.ms),
      ),
    )
    .map(({ gate }) => gate)
}

/**
 * Gates of a record that are worth another judgement: those whose database has grown too old, and those that a database
 * spoke against, because a finding may have been withdrawn.
 */
export function gatesToJudge(
  ...[record, environments, date]: Parameters<typeof agedGates>
): readonly string[] {
  const refused = record.gates
    .filter(
      ({ database, verdict }) => database !== undefined && !["pass", "waived", "skipped"].includes(verdict),
    )
    .map(({ gate }) => gate)
  return [...new Set([...agedGates(record, environments, date), ...refused])]
}

/** Whether a report says something about its release; an error of a tool says nothing, and another call judges again. */
export function isJudged({ gates }: GateReportData): boolean {
  return gates.every(({ verdict }) => verdict !== "error" && verdict !== "inconclusive")
}
