import type { TreeLinter } from "../engine/tree-tool/exec.ts"
import { shellcheckRewrite, shellcheckSilencer } from "../engine/tree-tool/shellcheck-comments.ts"

/** How ShellCheck is run: over what scripts source as well, without the tree's settings. */
export const shellcheckRun: TreeLinter = {
  tool: "shellcheck",
  args: ["--norc", "--external-sources", "--source-path", "SCRIPTDIR", "--color=never", "--format", "json1"],
  judged: [0, 1],
  version: { args: ["--version"], pattern: "version: (\\d+\\.\\d+\\.\\d+)" },
  silencer: [shellcheckSilencer],
  rewrite: shellcheckRewrite,
}
