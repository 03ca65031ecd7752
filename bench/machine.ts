import { cpus, loadavg } from "node:os"
import type { Report } from "./report.ts"

/** What figures depend on, as it is before the first of them. */
export function machineNow(): Report["machine"] {
  return { cores: cpus().length, loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100 }
}
