import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { ToolIdentity } from "../../domain/index.ts"
import { program, toolCommand, toolIdentity } from "../../toolbox/index.ts"
import { outDirectory, settle, toolTimeout } from "../engine/exec.ts"
import type { Gate, GateContext, ToolOutcome } from "../gate.ts"
import { judgeLeaks } from "./decide.ts"
import { gitContainer, ownHistory } from "./history.ts"
import { type LeakReading, readScans } from "./read.ts"
import type { SecretsSettings } from "./settings.ts"

interface Scans {
  readonly tool: ToolIdentity
  /** undefined where the configuration does not want it. */
  readonly history: ToolOutcome | undefined
  readonly tree: ToolOutcome
}

type Reading = LeakReading & Pick<Scans, "tool">

/**
 * gitleaks over the whole history and over the tree. Findings do not fail the scan (--exit-code 0): any other code than
 * 0 is a scan that did not happen, or ran into its time limit. Comments and files in the tree that switch it off are not obeyed.
 */
export const gate: Gate<SecretsSettings, Scans, Reading> = {
  appliesTo: async () => ({ applies: true }),
  async run(context, settings) {
    const tool = toolIdentity(context.toolbox, "gitleaks")
    const [history, tree] = await Promise.all([
      settings.history ? scanHistory(context) : undefined,
      scanTree(context),
    ])
    const raw = [history, tree].reduce(
      (all: Directory, outcome) => (outcome?.finished === true ? all.withDirectory("/", outcome.out) : all),
      dag.directory(),
    )
    return { output: { tool, history, tree }, raw }
  },
  read: ({ tool, history, tree }) => ({ ...readScans(history, tree), tool }),
  decide: (reading) => ({ ...judgeLeaks(reading), tools: [reading.tool] }),
}

async function scanHistory(context: GateContext): Promise<ToolOutcome> {
  const repository = await ownHistory(context)
  const container = gitContainer(context)
    .withMountedDirectory("/repository", repository)
    .withWorkdir("/repository")
  return scan(context, container, "git", "history")
}

function scanTree(context: GateContext): Promise<ToolOutcome> {
  // gitleaks would honour this file although another configuration is given by --config.
  const tree = context.source.withoutFile(".gitleaksignore")
  return scan(
    context,
    gitContainer(context).withMountedDirectory("/source", tree).withWorkdir("/source"),
    "dir",
    "tree",
  )
}

function scan(
  context: GateContext,
  container: Container,
  mode: "git" | "dir",
  name: string,
): Promise<ToolOutcome> {
  const command = [
    toolCommand(context.toolbox, "gitleaks"),
    mode,
    ".",
    ...[
      "--config",
      "/signalbox/gitleaks.toml",
      "--ignore-gitleaks-allow",
      "--gitleaks-ignore-path",
      "/nowhere",
    ],
    // Without it gitleaks may run for ever; one that ran into it exits with 1, also with --exit-code 0.
    ...["--timeout", String(toolTimeout)],
    ...["--redact=100", "--no-banner", "--no-color", "--exit-code", "0"],
    ...["--report-format", "json", "--report-path", `${outDirectory}/${name}.json`],
  ]
  const prepared = container
    .withFile("/signalbox/gitleaks.toml", program("src/gates/secrets/gitleaks.toml"))
    .withDirectory(outDirectory, dag.directory())
    .withExec(command, { redirectStderr: `${outDirectory}/${name}.log` })
  return settle(prepared, [`${name}.json`, `${name}.log`])
}
