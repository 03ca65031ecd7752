import { call, shellLine } from "./command.ts"

/** Where git looks for it once `core.hooksPath` says so. */
export const hookPath = ".githooks/pre-commit"

/**
 * A hook of git that keeps a commit from being made while types or lint of what has changed are wrong: a call that a person could
 * make by hand, of the same gates as in CI. It judges the files as they lie there, also what is not staged.
 * @param module Address of the module, for a project without it in its root. Default: the module in the project's root.
 */
export function preCommitHook(module?: string): string {
  const addressed = module === undefined ? ["--git", "."] : ["-m", module, "--source", ".", "--git", "."]
  const quick = ["--only", "typecheck", "--only", "lint", "--affected", "HEAD"]
  return [
    "#!/bin/sh",
    "# Types and lint of what differs from the last commit, by the gates of CI. In use once git is told of it:",
    "#   git config core.hooksPath .githooks",
    "# A commit without it: git commit --no-verify",
    `exec ${shellLine(call(...addressed, "gates", ...quick, "assert", "--partial"))}`,
    "",
  ].join("\n")
}
