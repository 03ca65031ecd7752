/**
 * `node test/record/main.ts --tools BIN --other BIN|DATABASE [tool ...]`: writes test/recorded/TOOL/ anew, of linters that gates run over files of the
 * tree, by the very arguments of the gates. BIN holds the programs in the versions of toolchain/versions.ts; the other one,
 * earlier ones; for osv-scanner, a directory with advisories: the output `osv` of the step `advisories-database`.
 */
import { parseArgs } from "node:util"
import { recordHadolint } from "./hadolint.ts"
import { recordOsvScanner } from "./osv-scanner.ts"
import { recordShellcheck } from "./shellcheck.ts"
import { recordStaticAnalysis } from "./static-analysis.ts"
import { recordActionlint, recordZizmor } from "./workflow.ts"

const recordings: Readonly<Record<string, (tools: string, other: string) => void>> = {
  hadolint: recordHadolint,
  "osv-scanner": recordOsvScanner,
  shellcheck: recordShellcheck,
  "static-analysis": recordStaticAnalysis,
  actionlint: recordActionlint,
  zizmor: recordZizmor,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tools: { type: "string" }, other: { type: "string" } },
})
const { tools, other } = values
if (tools === undefined || other === undefined) throw new Error("--tools DIR and --other DIR are needed")
for (const name of positionals.length > 0 ? positionals : Object.keys(recordings)) {
  const record = recordings[name]
  if (record === undefined)
    throw new Error(`no recording named ${name}; there are: ${Object.keys(recordings).join(", ")}`)
  record(tools, other)
}
