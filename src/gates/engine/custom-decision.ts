import type { CustomGate } from "../../config/index.ts"
import type { ToolFinding, ToolIdentity } from "../../domain/index.ts"
import { readJson } from "../formats/read.ts"
import { readSarif } from "../formats/sarif.ts"
import type { Judgement, ToolOutcome } from "../gate.ts"
import type { FilePlaces } from "./code-digests.ts"
import { lastOutput } from "./last-output.ts"
import { noResult } from "./merge.ts"
import { type CitedFinding, fileCodes, KnownCode, placesOf } from "./with-code.ts"

/** Where the tree lies in the container of a gate of the project's own. */
export const customTree = "/src"

export interface CustomOutput {
  readonly tool: ToolIdentity
  readonly outcome: ToolOutcome
  /** What it asks for of the tree and the tree does not have. */
  readonly missing: readonly string[]
  /** Its report; undefined where it wrote none. */
  readonly text: string | undefined
  /** What code-digests.ts has written of the places that it names; absent where it names none. */
  readonly code?: string
}

export interface CustomReading {
  readonly tool: ToolIdentity
  /** Or why there is no judgement. */
  readonly result:
    | string
    | {
        readonly exitCode: number
        readonly findings: readonly ToolFinding[]
        readonly problems: readonly string[]
        readonly missing: readonly string[]
        readonly text: string
      }
}

type Definition = Pick<CustomGate, "exits" | "report" | "tree" | "digest">

/** What it wrote, by the reader of any SARIF. @throws OUTPUT_UNREADABLE, also for an empty report */
export function readCustom(
  { tool, outcome, missing, text, code }: CustomOutput,
  { report }: Definition,
): CustomReading {
  if (!outcome.finished) return { tool, result: outcome.why }
  const { exitCode, files } = outcome
  if (text === undefined)
    return { tool, result: `it ended with ${exitCode} and did not write /out/${report}${lastOutput(files)}` }
  const { findings, problems } = readSarif(text, aboutTree(tool))
  const known = code === undefined ? undefined : new KnownCode(readJson("code-digests.ts", code, fileCodes))
  // It is about the tree, and no component.
  const own = findings
    .map(({ component: _, ...finding }) => finding)
    .map((finding) => (known === undefined ? withoutLines(finding) : cited(finding, known)))
  return { tool, result: { exitCode, findings: own, problems, missing, text } }
}

/** One that names no line is about a file, which may change for any reason: it is known by what its tool says of it. */
const cited = (finding: CitedFinding, known: KnownCode): ToolFinding =>
  finding.location?.line === undefined ? withoutLines(finding) : known.cite(finding)

const withoutLines = ({ first: _first, last: _last, ...finding }: CitedFinding): ToolFinding => finding

const aboutTree = ({ name }: ToolIdentity) => ({ name, path: "", workdir: customTree })

/** The places that its report names; none where it cannot be read, which is told later. */
export function placesInReport(tool: ToolIdentity, text: string): readonly FilePlaces[] {
  try {
    return placesOf(readSarif(text, aboutTree(tool)).findings)
  } catch {
    return []
  }
}

/** Its exit code and its report have to say the same; where it says findings and names none, some got lost. */
export function decideCustom(
  { tool, result }: CustomReading,
  { exits, tree, digest }: Definition,
): Judgement {
  if (typeof result === "string") return noResult(result, [tool])
  const { exitCode, findings, problems, missing, text } = result
  const lost =
    exits.findings.includes(exitCode) && findings.length === 0
      ? [`it ended with ${exitCode}, which says findings, and its report has none`]
      : []
  // A tree that renames a directory would have the gate look at nothing of it.
  const gone = missing.map((name) => `${name} is not in the tree, and the gate is there to look at it`)
  const unpinned = digest === undefined ? `; its image has no digest here, and was ${tool.image}` : ""
  return {
    findings,
    errors: [...problems, ...lost, ...gone],
    summary: `${lookedAt(tree, missing)}${unpinned}`,
    tools: [tool],
    figures: {},
    reports: { "report.sarif": text },
  }
}

function lookedAt(tree: Definition["tree"], missing: readonly string[]): string {
  if (tree === undefined) return "the whole tree"
  const there = tree.filter((name) => !missing.includes(name)).join(", ")
  return missing.length === 0 ? there : `${there}; not in the tree: ${missing.join(", ")}`
}
