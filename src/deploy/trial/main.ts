/**
 * Program: an uncommitted tree on a cluster, in a namespace of its own. Runs in the runner container on every call.
 *   node trial/main.ts look|apply|end --input DIR/request.json --kubeconfig FILE --out DIR [--memory /dev/shm]
 * Writes what it learnt to DIR/answer.json and ends with 0, or writes DIR/error.json and ends with its exit code. No lock, no
 * journal and no ledger: nothing of it is evidence, and what a killed call left, the next one takes up.
 */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { asSignalboxError, ExitCode, SignalboxError } from "../../domain/index.ts"
import { endWith, outOf } from "../../toolbox/program-end.ts"
import { apply } from "./apply.ts"
import { assertKeptAway } from "./kept.ts"
import { look } from "./look.ts"
import { removeNamespace } from "./namespace.ts"
import { type TrialAnswer, type TrialCommand, trialCommands } from "./request.ts"
import { openTrial, type TrialSession, trialArguments } from "./session.ts"

const commands: { readonly [Name in TrialCommand]: (session: TrialSession) => Promise<TrialAnswer[Name]> } = {
  look,
  apply,
  end: async ({ api, cluster, request, say }) => {
    assertKeptAway(request, cluster)
    const removed = await removeNamespace(api, request)
    say(`namespace ${request.namespace}: ${removed ? "deleted" : "is not there"}`)
    return { removed }
  },
}

export async function main(argv: readonly string[]): Promise<ExitCode> {
  // Before the kubeconfig is read, what a parser says may quote it: then no cause is told.
  let hide: ((text: string) => string) | undefined
  try {
    const args = trialArguments(argv)
    const command = commandOf(args.command)
    await mkdir(args.out, { recursive: true })
    const session = await openTrial(args)
    hide = (text) => session.secrets.hide(text)
    try {
      const answer = await commands[command](session)
      await writeFile(join(args.out, "answer.json"), `${JSON.stringify(answer)}\n`)
    } finally {
      await session.close()
    }
    return ExitCode.pass
  } catch (thrown) {
    return endWith(asSignalboxError(thrown), outOf(argv), hide)
  }
}

function commandOf(text: string): TrialCommand {
  const command = trialCommands.find((one) => one === text)
  if (command !== undefined) return command
  throw new SignalboxError("USAGE", {
    what: "the program of a try was started wrongly",
    next: `main.ts ${trialCommands.join("|")} --input FILE --kubeconfig FILE --out DIR`,
  })
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
