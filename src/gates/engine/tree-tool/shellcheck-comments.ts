import type { Chain, Rewrite } from "./main.ts"

/**
 * Comments that ShellCheck obeys, also in the commands of a Dockerfile, and no option keeps it from that: so they are changed before it
 * reads them. SC9999 is no rule. It takes several kinds of white space, which are bytes of UTF-8 here.
 */
const directive = "#[^\\w\\n]*shellcheck[^\\w\\n][^\\n]*\\b"

export const shellcheckSilencer: Chain = [
  "(?<=#[^\\w\\n]*)shellcheck(?=[^\\w\\n])",
  "\\b(?:disable|extended-analysis)=",
]

export const shellcheckRewrite: readonly Rewrite[] = [
  {
    pattern: `(?<=${directive}disable=)(?:"[^"\\n]*"|'[^'\\n]*'|[\\w,-]+)`,
    replace: [
      ["\\d", "9"],
      ["\\ball\\b", "SC9"],
    ],
  },
  { pattern: `(?<=${directive}extended-analysis=["']?)false`, replace: [["false", "true "]] },
]
