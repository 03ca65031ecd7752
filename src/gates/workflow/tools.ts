import type { TreeLinter } from "../engine/tree-tool/exec.ts"

const settings = "/signalbox/actionlint.yaml"

/**
 * How actionlint is run: by settings of ours alone, which it takes instead of those of the tree. Its directory has to look like a repository, or it
 * does not look into the actions and workflows of the tree that a workflow calls. What it says of those it says once in a run.
 * ShellCheck and Pyflakes, which it would start for some of the commands of workflows, it is not given: see docs/linters.md.
 */
export function actionlintRun(runnerLabels: readonly string[]): TreeLinter {
  return {
    tool: "actionlint",
    // JSON is YAML.
    settings: {
      path: settings,
      text: `${JSON.stringify({ "self-hosted-runner": { labels: runnerLabels } })}\n`,
    },
    args: ["-config-file", settings, "-shellcheck=", "-pyflakes=", "-no-color", "-format", "{{json .}}"],
    judged: [0, 1],
    places: { file: "filepath" },
    version: { args: ["-version"], pattern: "^v?(\\d+\\.\\d+\\.\\d+)\\s" },
    oneByOne: true,
    // It stops at some that it cannot read, also where it is given others.
    removed: [".github/actionlint.yaml", ".github/actionlint.yml"],
  }
}

/** How zizmor is run: without a network, without settings of the tree, and deaf to its comments. */
export const zizmorRun: TreeLinter = {
  tool: "zizmor",
  args: [
    ...["--offline", "--no-config", "--no-ignores", "--strict-collection"],
    ...["--no-progress", "--color", "never", "--format", "json-v1"],
  ],
  // The worst finding is informational, low, medium, high.
  judged: [0, 1, 11, 12, 13, 14],
  version: { args: ["--version"], pattern: "^zizmor (\\d+\\.\\d+\\.\\d+)\\s" },
  silencer: [["(?<=#\\s*)zizmor\\s*:", "\\bignore\\b"]],
  oneByOne: true,
  // It ends with 1 for whatever goes wrong; only of a file that it cannot read, or that one of its audits fails on, does it say so.
  unreadable: {
    exitCode: 1,
    pattern:
      "\\n(?:failed to load .* as \\w+|'[\\w-]+' audit failed on .*)\\n+Caused by:\\n([^]*?)(?:\\n\\s*Stack backtrace:|$)",
    line: "\\bat line (\\d+)",
  },
}
