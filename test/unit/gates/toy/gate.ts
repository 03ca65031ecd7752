import type { ToolFinding } from "../../../../src/domain/index.ts"
import type { Gate } from "../../../../src/gates/gate.ts"
import type { ToySettings } from "./settings.ts"

const file = "NOTES.txt"

/** A gate that lives here only: it lets no note stay open. Its tool is the source itself. */
export const gate: Gate<ToySettings, string, readonly string[]> = {
  async appliesTo(_, { source }) {
    const there = (await source.entries()).includes(file)
    return there ? { applies: true } : { applies: false, why: `no ${file}` }
  },
  async run({ source }) {
    return { output: await source.file(file).contents() }
  },
  read(text) {
    if (text === "") throw new Error("the notes are empty")
    return text.split("\n").filter((line) => line !== "")
  },
  decide(notes, _, { allowed }) {
    const open = notes.filter((note) => note.startsWith("TODO"))
    const findings = open.slice(allowed).map(
      (note): ToolFinding => ({
        rule: "open-note",
        severity: "medium",
        message: note,
        location: { file },
        subject: note,
      }),
    )
    const summary = `${notes.length} notes`
    return {
      findings,
      errors: [],
      summary,
      tools: [],
      figures: { notes: notes.length },
      reports: { [file]: "" },
    }
  },
}
