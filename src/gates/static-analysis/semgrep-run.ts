/** Clean, findings, and without any finding: files that could not be parsed. */
export const semgrepJudged: readonly number[] = [0, 1, 3]
/** Of those that it documents, what it ends with where a rule, a file or itself has failed: its report tells. */
export const semgrepFailed: readonly number[] = [2, 4, 5, 7, 8, 13]

/** Beside what it prints. */
export const sarifName = "semgrep.sarif"

/**
 * How semgrep is run: it asks no server, obeys no comment, and leaves out no file for its name, its size or its bytes. A rule that did not
 * end on a file does not keep others from it.
 */
export const semgrepArgs = (out: string, rules: readonly string[], seconds: number): readonly string[] => [
  ...["scan", "--metrics=off", "--disable-version-check", "--oss-only"],
  ...["--disable-nosem", "--no-git-ignore", "--max-target-bytes=0", "--no-exclude-binary-files"],
  ...["--timeout", String(seconds), "--timeout-threshold", "0"],
  ...["--strict", "--error", "--verbose", "--no-rewrite-rule-ids"],
  ...rules.flatMap((file) => ["--config", file]),
  ...["--json", `--sarif-output=${out}/${sarifName}`, "."],
]

/** So that neither what an image has set nor a home directory says anything else. */
export const semgrepVariables: Readonly<Record<string, string>> = {
  HOME: "/tmp/semgrep",
  SEMGREP_SEND_METRICS: "off",
  SEMGREP_ENABLE_VERSION_CHECK: "0",
  SEMGREP_RULES: "",
  SEMGREP_BASELINE_COMMIT: "",
  SEMGREP_APP_TOKEN: "",
  LANG: "C.UTF-8",
}
