import { z } from "zod"
import { byContent, usedTool, whyFailed } from "../../toolbox/index.ts"
import { citeCode } from "../engine/cite.ts"
import { whyNotNamed } from "../engine/tree-tool/named.ts"
import { readJson } from "../formats/read.ts"
import type { Gate, GateContext } from "../gate.ts"
import { decideScan, hasPython, placesToCite, readScan, type Scan, type ScanReading } from "./decide.ts"
import { type KnownRule, knownOwn, readRuleFile, repeatedIds } from "./rule-files.ts"
import { ownRules, ruleFile } from "./rules/index.ts"
import { runBandit, runSemgrep, selectCode } from "./scan.ts"
import { defaultStaticAnalysis, type StaticAnalysisSettings } from "./settings.ts"

const selected = z.object({
  files: z.array(z.object({ file: z.string(), language: z.string(), as: z.string().optional() })),
  notLooked: z.array(
    z.object({
      ...{ file: z.string(), why: z.string() },
      ...{ refuses: z.literal(true).optional(), code: z.string().optional() },
    }),
  ),
  silencers: z.array(z.object({ file: z.string(), line: z.int(), text: z.string() })),
})

interface UsedRules {
  readonly rules: readonly KnownRule[]
  readonly texts: readonly string[]
  readonly problems: readonly string[]
}

/** Signalbox's own rules, and those of the project as the policy in force has them. */
async function rulesOf(context: GateContext, { rules: paths }: StaticAnalysisSettings): Promise<UsedRules> {
  const own = { rules: knownOwn(ownRules), text: ruleFile(ownRules) }
  const read = await Promise.all(
    paths.map(async (path) => {
      const text = await context.policyFile(path).then(
        (found) => ({ found }),
        (thrown: unknown) => ({ why: whyFailed(thrown) }),
      )
      return "why" in text ? { problem: `${path}: ${text.why}` } : readRuleFile(path, text.found)
    }),
  )
  const usable = [own, ...read.flatMap((one) => ("problem" in one ? [] : [one]))]
  const rules = usable.flatMap((one) => one.rules)
  const twice = repeatedIds(rules)
  return {
    rules,
    texts: usable.map(({ text }) => text),
    problems: [
      ...read.flatMap((one) => ("problem" in one ? [one.problem] : [])),
      ...(twice.length === 0 ? [] : [`two rules have the id ${twice.join(", ")}`]),
    ],
  }
}

async function prepare(context: GateContext, settings: StaticAnalysisSettings) {
  const used = await rulesOf(context, settings)
  const ruled = [...new Set(used.rules.flatMap(({ languages }) => languages))].sort()
  const code = selectCode(context, ruled, settings.exclude)
  return {
    used,
    code,
    selected: readJson("select.ts", await code.file("selected.json").contents(), selected),
  }
}

/** Semgrep over the code of the tree by Signalbox's rules and the project's, and bandit over what is Python. */
export const gate: Gate<StaticAnalysisSettings | undefined, Scan, ScanReading> = {
  async appliesTo(config, context) {
    const notNamed = whyNotNamed(config.gates, "static-analysis")
    if (notNamed !== undefined) return { applies: false, why: notNamed }
    const settings = config.gates["static-analysis"] ?? defaultStaticAnalysis
    const { used, selected: found } = await prepare(context, settings)
    if (used.problems.length + found.files.length + found.notLooked.length > 0) return { applies: true }
    return { applies: false, why: "no code in the tree" }
  },
  async run(context, settings = defaultStaticAnalysis) {
    const tools = await Promise.all(
      (["semgrep", "bandit"] as const).map((name) => usedTool(context.toolbox, name)),
    )
    const { used, code, selected: found } = await prepare(context, settings)
    const { rules, problems } = used
    if (problems.length > 0 || found.files.length === 0)
      return { output: { tools, problems, rules, selected: found } }
    // A touched README changes no code: nothing is scanned again.
    const tree = await byContent(code.directory("tree"))
    const [semgrep, bandit] = await Promise.all([
      runSemgrep(context, tree, used.texts),
      hasPython(found) ? runBandit(context, tree) : undefined,
    ])
    const scan: Scan = {
      ...{ tools, problems, rules, selected: found, semgrep },
      ...(bandit === undefined ? {} : { bandit }),
    }
    const places = placesToCite(scan)
    if (places.length === 0) return { output: scan }
    return { output: { ...scan, code: await citeCode(context.toolbox, tree, places) } }
  },
  read: readScan,
  decide: decideScan,
}
