import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { OperationReport } from "../../../src/domain/index.ts"

/** A call that has ended, and what it wrote. */
export interface DriverEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly out: string
  readonly report: OperationReport | null
  readonly seconds: number
  json<T>(name: string): Promise<T>
}

export async function finished(
  end: { code: number | null; stdout: string; stderr: string; seconds: number },
  out: string,
): Promise<DriverEnd> {
  const json = async <T>(name: string) => {
    if (!existsSync(join(out, name)))
      throw new Error(`the call wrote no ${name}; it ended with ${end.code}: ${end.stderr}`)
    return JSON.parse(await readFile(join(out, name), "utf8")) as T
  }
  const reported = existsSync(join(out, "operation.json"))
  const report = reported ? await json<OperationReport>("operation.json") : null
  return { ...end, out, report, json }
}
