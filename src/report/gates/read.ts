import type { GateReportData } from "../../domain/index.ts"
import { gateReportSchema } from "./schema.ts"

/** A report.json of `gates`, also of an earlier version; undefined for a text that is none. */
export function readGateReport(text: string): GateReportData | undefined {
  try {
    // Zod's optional keys may be undefined, and JSON has no such value.
    return gateReportSchema.parse(JSON.parse(text)) as unknown as GateReportData
  } catch {
    return undefined
  }
}
