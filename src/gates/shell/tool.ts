import type { TreeFiles, TreeLinter } from "../engine/tree-tool/exec.ts"
import { shellcheckRewrite, shellcheckSilencer } from "../engine/tree-tool/shellcheck-comments.ts"

/** How ShellCheck is run: over what scripts source as well, without the tree's settings. */
export const shellcheckRun: TreeLinter = {
  tool: "shellcheck",
  args: ["--norc", "--external-sources", "--source-path", "SCRIPTDIR", "--color=never", "--format", "json1"],
  judged: [0, 1],
  places: { list: "comments", file: "file", last: "endLine" },
  version: { args: ["--version"], pattern: "version: (\\d+\\.\\d+\\.\\d+)" },
  silencer: [shellcheckSilencer],
  rewrite: shellcheckRewrite,
}

interface Scripts extends Pick<TreeFiles, "files" | "beside" | "notLooked"> {
  readonly sourced: readonly { readonly file: string; readonly shell: string }[]
}

/**
 * Files that scripts source name no shell: they are judged as of the shell of those. Whether a variable is used, or set, is seen in the
 * scripts, which ShellCheck reads together with them.
 */
export function withSourced({
  sourced,
  files,
  ...rest
}: Scripts): TreeFiles & Required<Pick<TreeFiles, "apart">> {
  const shells = [...new Set(sourced.map(({ shell }) => shell))].sort()
  return {
    ...rest,
    files: [...files, ...sourced.map(({ file }) => file)].sort(),
    apart: shells.map((shell) => ({
      args: [`--shell=${shell}`, "--exclude=SC2034,SC2154"],
      files: sourced.filter((one) => one.shell === shell).map(({ file }) => file),
    })),
  }
}
