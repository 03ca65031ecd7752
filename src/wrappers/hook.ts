import { call, shellLine } from "./command.ts"

/** Where git looks for it once `core.hooksPath` says so. */
export const hookPath = ".githooks/pre-commit"

/**
 * A hook of git that keeps a commit from being made while what has changed fails these gates: a call that a person could make by
 * hand, of the same gates as in CI. It judges the files as they lie there, also what is not staged.
 * @param gates Those that somebody waits for before each commit.
 * @param module Address of the module, for a project without it in its root. Default: the module in the project's root.
 */
export function preCommitHook(gates: readonly string[], module?: string): string {
  const addressed = module === undefined ? ["--git", "."] : ["-m", module, "--source", ".", "--git", "."]
  const quick = [...gates.flatMap((gate) => ["--only", gate]), "--affected", "HEAD"]
  return [
    "#!/bin/sh",
    `# What differs from the last commit, by gates of CI (${gates.join(", ")}). In use once git is told of it:`,
    "#   git config core.hooksPath .githooks",
    "# A commit without it: git commit --no-verify",
    `exec ${shellLine(call(...addressed, "gates", ...quick, "assert", "--partial"))}`,
    "",
  ].join("\n")
}
