import { asSignalboxError } from "../../domain/index.ts"
import type { Gate, GateContext } from "../gate.ts"
import { judgeRules, type RulesText } from "./judge.ts"
import type { FalcoSettings } from "./settings.ts"

/** A file of rules: its text, or why it has none. */
type Text = { readonly file: string } & ({ readonly text: string } | { readonly why: string })

/**
 * Files of rules for Falco, by themselves: form, names and what overrides what. No program of Falco runs, so that fields, operators of single
 * fields and outputs are not looked at.
 */
export const gate: Gate<FalcoSettings | undefined, readonly Text[], readonly Text[]> = {
  appliesTo: async ({ gates }) =>
    gates.falco === undefined
      ? {
          applies: false,
          why: "signalbox.yaml has no gates.falco: with `falco: { files: [PATH] }` it judges",
        }
      : { applies: true },
  run: async (context, settings) => ({
    output: await Promise.all((settings?.files ?? []).map((file) => textOf(context, file))),
  }),
  read: (texts) => texts,
  decide(texts, _config, settings) {
    const read: RulesText = texts.flatMap((one) => ("text" in one ? [one] : []))
    const errors = texts.flatMap((one) => ("why" in one ? [`${one.file}: ${one.why}`] : []))
    const known = settings?.known ?? { rules: [], macros: [], lists: [] }
    const { findings, rules, macros, lists, changed } = judgeRules(read, known)
    // Files without a rule, a macro or a list were not what somebody wanted judged; one that changes others has them.
    const empty = errors.length === 0 && findings.length === 0 && rules + macros + lists + changed === 0
    const changes = changed === 0 ? "" : `, ${changed} changes of others`
    return {
      findings,
      errors: empty ? ["none of the files of gates.falco defines or changes anything"] : errors,
      summary: `${rules} rules, ${macros} macros, ${lists} lists${changes}; fields and outputs were not looked at`,
      tools: [],
      figures: { rules, macros, lists },
      reports: {},
    }
  },
}

async function textOf({ source }: GateContext, file: string): Promise<Text> {
  try {
    return { file, text: await source.file(file).contents() }
  } catch (error) {
    return { file, why: `it cannot be read: ${asSignalboxError(error).detail.what.split("\n")[0]}` }
  }
}
