/** Lines that gitleaks logs when it has looked at everything that it was given. */
const expected =
  /^(?:\d{1,2}:\d{2}[AP]M )?(?:INF (?:scanned ~|no leaks found|\d+ commits scanned)|WRN leaks found: \d+)/

/**
 * What a log of gitleaks says beside the count of what it has found: gitleaks ends with 0 where it could not read
 * something, and says so here only.
 */
export function problemsIn(log: string): string[] {
  return log.split("\n").filter((line) => line.trim() !== "" && !expected.test(line))
}
