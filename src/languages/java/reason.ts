import { reasonMark } from "./run/job.ts"

/** The lines that say why a job failed, wherever they stand; null where the output is of no job. */
export function mavenReason(lines: readonly string[]): readonly string[] | null {
  const said = lines
    .filter((line) => line.startsWith(reasonMark))
    .map((line) => line.slice(reasonMark.length))
  return said.length === 0 ? null : said
}
