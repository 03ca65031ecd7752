import type { Directory } from "@dagger.io/dagger"
import { type CustomGate, customGateName, type SignalboxConfig } from "../../config/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import { notStarted } from "../../services/index.ts"
import { imageNamed, onlyThese } from "../../toolbox/index.ts"
import type { Gate } from "../gate.ts"
import { citeCode } from "./cite.ts"
import {
  type CustomOutput,
  type CustomReading,
  customTree,
  decideCustom,
  placesInReport,
  readCustom,
} from "./custom-decision.ts"
import { outDirectory } from "./exec.ts"
import type { Member } from "./members.ts"
import { runBare, runCommand } from "./run-check.ts"
import { withStack } from "./stack.ts"

/** The gates that signalbox.yaml defines itself, as members beside those of the catalogue. */
export function customMembers({ gates: { custom = {} } }: Pick<SignalboxConfig, "gates">): readonly Member[] {
  return Object.entries(custom).map(([name, definition]) => ({
    name: customGateName(name),
    title: definition.title ?? name,
    kind: definition.kind,
    load: async () => ({ gate: gateOf(name, definition) }),
  }))
}

/** Any container that writes SARIF. What it gets is the tree alone: no secret, no image, no configuration; what runs beside it, it asks. */
function gateOf(name: string, definition: CustomGate): Gate<unknown, CustomOutput, CustomReading> {
  const { image, digest = "unresolved", command, report, exits, tree, network, stack, onFail } = definition
  return {
    async appliesTo(_, { source }) {
      // One that blocks everywhere is no matter of what a tree has: it is an error over a tree without it.
      if (tree === undefined || onFail === "block") return { applies: true }
      if ((await notIn(source, tree)).length < tree.length) return { applies: true }
      return { applies: false, why: `nothing of ${tree.join(", ")} is in the tree` }
    },
    async run(context) {
      const { source, toolbox, world } = context
      if (network && world === undefined) throw asksNobody(name)
      const { container, address } = await imageNamed({ image, digest })
      const judged = tree === undefined ? source : await onlyThese(source, tree)
      const alone = container
        .withUser("0")
        .withMountedDirectory(customTree, judged)
        // What its image has there is no report of this tree.
        .withoutDirectory(outDirectory)
        .withWorkdir(customTree)
      const { container: prepared, services } = stack
        ? await withStack(context, alone)
        : { container: alone, services: [] }
      const check = {
        command,
        judged: [...exits.clean, ...exits.findings],
        tool: { name, version: image.slice(image.lastIndexOf(":") + 1) },
      }
      // What looks at the world runs once per call; of the others, one without a judgement is not left in the cache.
      const { outcome } =
        network && world !== undefined
          ? await runBare(world.fresh(prepared), check)
          : await runCommand(prepared, check, { hasNode: false }, { toolbox, source: null })
      const tool = { ...check.tool, image: address }
      const missing = await notIn(source, tree ?? [])
      if (!outcome.finished) {
        const why = await notStarted(services)
        const ended = why === undefined ? outcome : ({ finished: false, why } as const)
        return { output: { tool, outcome: ended, missing, text: undefined } }
      }
      const written = report === undefined ? "stdout.txt" : report
      const isThere = (await outcome.out.entries()).includes(written)
      const text = isThere ? await outcome.out.file(written).contents() : undefined
      const places = text === undefined ? [] : placesInReport(tool, text)
      const code = places.length === 0 ? {} : { code: await citeCode(toolbox, judged, places) }
      return { output: { tool, outcome, missing, text, ...code }, raw: outcome.out }
    },
    read: (output) => readCustom(output, definition),
    decide: (reading) => decideCustom(reading, definition),
  }
}

/** Those of the names that are not at the top of the tree. */
async function notIn(source: Directory, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return []
  const there = (await source.entries()).map((entry) => entry.replace(/\/$/, ""))
  return names.filter((name) => !there.includes(name))
}

/** A base revision is only compared with: what is outside of it is not asked twice. */
function asksNobody(name: string): SignalboxError {
  return new SignalboxError("GATE_ERROR", {
    what: "it looks at something besides the tree, and is not asked about a tree that is only compared with",
    where: `signalbox.yaml: gates.custom.${name}.network`,
    next: "judge without --since; or leave it out: --skip",
  })
}
