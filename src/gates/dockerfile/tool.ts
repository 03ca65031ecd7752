import type { TreeLinter } from "../engine/tree-tool/exec.ts"
import { shellcheckRewrite, shellcheckSilencer } from "../engine/tree-tool/shellcheck-comments.ts"

const settings = "/signalbox/hadolint.yaml"
const otherShell = "#[ \\t]*hadolint[ \\t][^\\n]*\\bshell[ \\t]*=[^\\n]*(?:pwsh|powershell|cmd)"

/**
 * How hadolint is run: by settings of ours, so that it looks for none. What its commands are made for is said by SHELL, which the image is
 * built by; a comment that names another shell would keep ShellCheck from them.
 */
export const hadolintRun: TreeLinter = {
  tool: "hadolint",
  settings: { path: settings, text: "ignored: []\n" },
  args: [
    ...["--config", settings, "--disable-ignore-pragma"],
    ...["--failure-threshold", "style", "--no-color", "--format", "json"],
  ],
  judged: [0, 1],
  places: { file: "file" },
  dockerfiles: true,
  version: { args: ["--version"], pattern: "Linter (\\d+\\.\\d+\\.\\d+)" },
  silencer: [
    ["(?<=#\\s*)hadolint(?=\\s)", "\\bignore\\s*="],
    ["(?<=#[ \\t]*)hadolint(?=[ \\t])", "\\bshell[ \\t]*=", "pwsh|powershell|cmd"],
    shellcheckSilencer,
  ],
  rewrite: [
    {
      pattern: otherShell,
      replace: [
        ["powershell", "xxxxxxxxxx"],
        ["pwsh", "xxxx"],
        ["cmd", "xxx"],
      ],
    },
    ...shellcheckRewrite,
  ],
}
