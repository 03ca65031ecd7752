import { type Directory, dag, type File } from "@dagger.io/dagger"
import type { ToolIdentity } from "../../domain/index.ts"
import { nodeWith, programs, usedTool, whyFailed } from "../../toolbox/index.ts"
import { outDirectory, settle } from "../engine/exec.ts"
import type { Gate, GateContext, ToolOutcome } from "../gate.ts"
import { judgeLeaks } from "./decide.ts"
import { ownHistory, patchOf } from "./history.ts"
import { type LeakReading, readScans, type Scans } from "./read.ts"
import { refContents } from "./refs.ts"
import type { SecretsSettings } from "./settings.ts"

interface Output extends Scans {
  readonly tool: ToolIdentity
}

type Reading = LeakReading & Pick<Output, "tool">

/**
 * gitleaks over all that the judged commit reaches, and over the tree: every path and encoding, merges and commit messages
 * included. What only other refs of the clone reach, and the messages of tags, is searched as well and reported as info: the
 * same commit gets the same verdict in every clone. Comments and files in the tree that would switch gitleaks off are not obeyed.
 */
export const gate: Gate<SecretsSettings, Output, Reading> = {
  appliesTo: async () => ({ applies: true }),
  async run(context, settings) {
    const tool = await usedTool(context.toolbox, "gitleaks")
    const [histories, tree] = await Promise.all([
      settings.history ? scanHistories(context) : {},
      scan(context, "tree", context.source),
    ])
    const raw = Object.entries({ ...histories, tree }).reduce(
      (all: Directory, [name, outcome]) =>
        outcome?.finished === true
          ? all.withDirectory(name === "others" ? "other-refs" : "/", outcome.out)
          : all,
      dag.directory(),
    )
    return { output: { tool, ...histories, tree, revision: context.revision ?? "HEAD" }, raw }
  },
  read: ({ tool, ...scans }) => ({ ...readScans(scans), tool }),
  decide: (reading) => ({ ...judgeLeaks(reading), tools: [reading.tool] }),
}

async function scanHistories(context: GateContext): Promise<Pick<Scans, "history" | "others" | "refs">> {
  const revision = context.revision ?? "HEAD"
  const repository = await ownHistory(context, revision)
  const scanOf = async (revisions: readonly string[], tags: File | null): Promise<ToolOutcome> => {
    const patch = await patchOf(context, repository, revisions)
    return "why" in patch ? { finished: false, why: patch.why } : scan(context, "history", patch.patch, tags)
  }
  const refs = await refContents(context, repository).catch(whyFailed)
  const messages = typeof refs === "string" ? null : refs.messages
  const [history, others] = await Promise.all([
    scanOf([revision], null),
    scanOf(["--all", "--not", revision], messages),
  ])
  const unsearched = typeof refs === "string" ? [{ file: "messages of tags", why: refs }] : refs.unsearched
  return { history, others, refs: unsearched }
}

/** Runs scan/main.ts, which ends with another code than 0 wherever gitleaks did not look at everything. */
function scan(
  context: GateContext,
  kind: "history" | "tree",
  input: File | Directory,
  tags: File | null = null,
): Promise<ToolOutcome> {
  const program = "/signalbox/secrets"
  const base = nodeWith(context.toolbox, ["gitleaks"])
    .withUser("0")
    .withDirectory(program, programs("src/gates/secrets/scan"))
    .withDirectory(outDirectory, dag.directory())
  const prepared =
    "entries" in input ? base.withMountedDirectory("/input", input) : base.withMountedFile("/input", input)
  const command = ["node", `${program}/main.ts`, kind, String(context.seconds), outDirectory, "/input"]
  const ready =
    tags === null
      ? prepared.withExec(command)
      : prepared.withMountedFile("/tags", tags).withExec([...command, "/tags"])
  return settle(ready, [`${kind}.json`, `${kind}.log`, `${kind}.scan.json`])
}
