/** Gates that exist in the tests only, and a report of them. */
import type { Directory } from "@dagger.io/dagger"
import { parseConfig, type SignalboxConfig } from "../../../../src/config/index.ts"
import type { Member } from "../../../../src/gates/engine/members.ts"
import { type GateRequest, runGates } from "../../../../src/gates/engine/run.ts"
import type { GivenContext } from "../../../../src/gates/engine/shared.ts"
import type { Gate, Judgement } from "../../../../src/gates/gate.ts"
import { minimalConfig } from "../../config/texts.ts"

export const nothing: Judgement = {
  ...{ findings: [], errors: [], summary: "", tools: [], figures: {}, reports: {} },
}

/** A gate of a few words, for what the toy does not do. */
export function member(name: string, change: Partial<Gate> = {}, entry: Partial<Member> = {}): Member {
  const gate: Gate = {
    appliesTo: async () => ({ applies: true }),
    run: async () => ({ output: undefined }),
    read: () => undefined,
    decide: () => ({ ...nothing, summary: "looked at" }),
    ...change,
  }
  return { name, title: name, kind: "quality", load: async () => ({ gate }), ...entry }
}

function sourceOf(files: Readonly<Record<string, string>>): Directory {
  const file = (path: string) => ({ contents: async () => files[path] ?? "" })
  return { entries: async () => Object.keys(files), file } as unknown as Directory
}

export const openNote = { "NOTES.txt": "TODO fix the roof\ndone\n" }

export function run(
  members: readonly Member[],
  change: Partial<GateRequest> = {},
  files: Readonly<Record<string, string>> = openNote,
  config: SignalboxConfig = parseConfig(minimalConfig, "signalbox.yaml"),
) {
  const gates = { ...config.gates, notes: { allowed: 0 } }
  const context = { source: sourceOf(files), config: { ...config, gates }, trust: "branch" }
  const request: GateRequest = {
    context: context as unknown as GivenContext,
    waivers: [],
    date: "2026-03-01",
    required: members.map(({ name }) => name),
    ...change,
  }
  return runGates(request, members).then(({ data }) => data)
}
