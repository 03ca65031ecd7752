import { mkdir } from "node:fs/promises"
import {
  asSignalboxError,
  ExitCode,
  hiddenDetail,
  type OperationReport,
  SignalboxError,
} from "../../domain/index.ts"
import { endWith, outOf } from "../../toolbox/program-end.ts"
import { endedFence } from "../lock/index.ts"
import type { RecordedReport } from "../report.ts"
import type { DriverCommand } from "../request.ts"
import { type DriverArguments, parseArguments } from "./arguments.ts"
import { hold, lift } from "./commands/holds.ts"
import { plan } from "./commands/plan.ts"
import { repair } from "./commands/repair.ts"
import { rollback } from "./commands/rollback.ts"
import { run } from "./commands/run.ts"
import { operation, status, unlock } from "./commands/status.ts"
import { load, smoke } from "./commands/tests.ts"
import { openSession } from "./open-session.ts"
import { Recorder } from "./recorder.ts"
import type { CommandResult } from "./result.ts"
import type { DriverSession } from "./session.ts"

/** How long children and the lock get when the driver receives a signal to end. */
const graceMs = 5_000

const commands: Readonly<Record<DriverCommand, (session: DriverSession) => Promise<CommandResult>>> = {
  observe: status,
  plan,
  run,
  rollback,
  hold,
  lift,
  unlock,
  smoke,
  load,
  operation,
  repair,
}

/**
 * One call of the driver. Returns the exit code; prints progress to stdout and the one error to stderr, and stores both
 * in `--out`: events.ndjson, error.json.
 */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  try {
    const args = parseArguments(argv)
    await mkdir(args.out, { recursive: true })
    const recorder = new Recorder(args.out, (line) => process.stdout.write(`${line}\n`))
    return await drive(args, recorder)
  } catch (thrown) {
    // A parser's error message may quote the kubeconfig.
    return endWith(asSignalboxError(thrown), outOf(argv))
  }
}

async function drive(args: DriverArguments, recorder: Recorder): Promise<ExitCode> {
  const started = new Date()
  const interrupt = onSignals()
  const session = await openSession(args, recorder, interrupt)
  const { environment, operation } = session.input.request
  recorder.tell({ event: "begun", command: args.command, environment: environment.name, call: operation })
  let result: CommandResult
  try {
    result = await commands[args.command](session)
  } catch (thrown) {
    result = refusal(asSignalboxError(interrupt.aborted ? interrupt.reason : thrown))
  }
  try {
    const known = await storeState(session)
    await storeRecorded(session)
    const { exitCode, outcome, error } = result
    const reported = error === undefined ? null : { code: error.code, what: error.detail.what }
    recorder.tell({ event: "ended", exitCode, outcome, error: reported })
    await recorder.summary()
    await recorder.json(
      "operation.json",
      await reportOf(args.command, session, { ...result, known }, started),
    )
  } finally {
    await session.close()
  }
  if (result.error === undefined) return result.exitCode
  return endWith(result.error, args.out, (text) => session.secrets.hide(text))
}

function refusal(error: SignalboxError): CommandResult {
  const refused = error.exitCode === ExitCode.refused || error.exitCode === ExitCode.approval
  const person = error.exitCode === ExitCode.person
  return {
    exitCode: error.exitCode,
    outcome: refused ? "refused" : person ? "person-needed" : "failed",
    error,
  }
}

/**
 * Journal and ledger as they now are go into every call's output; where they cannot be read, that is no news.
 * @returns the fencing number up to which every operation had ended before.
 */
async function storeState(session: DriverSession): Promise<number | null> {
  try {
    const { namespace } = session.input.request.environment
    const ended = await endedFence(session.api, namespace)
    const [journal, ledger] = await Promise.all([session.store.readJournal(), session.store.readLedger()])
    if (journal !== null) await session.recorder.json("journal.json", journal.value)
    if (ledger === null) return null
    await session.recorder.json("ledger.json", ledger.value)
    return Math.max(ended, ledger.value.fence)
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    session.recorder.say(`state is not stored with this call: ${error.detail.what}`)
    return null
  }
}

/** What this call has added to the ledger itself, whatever lies there by now. */
async function storeRecorded({ store, cluster, recorder }: DriverSession): Promise<void> {
  if (store.added.length === 0 || cluster === null) return
  const report: RecordedReport = { schemaVersion: 1, cluster, entries: [...store.added] }
  await recorder.json("recorded.json", report)
}

async function reportOf(
  command: DriverCommand,
  session: DriverSession,
  result: CommandResult & { readonly known: number | null },
  started: Date,
): Promise<OperationReport> {
  const { request } = session.input
  const hide = (text: string) => session.secrets.hide(text)
  return {
    schemaVersion: 1,
    command,
    environment: request.environment.name,
    namespace: request.environment.namespace,
    operation: result.operation ?? session.held?.operation ?? request.operation,
    call: request.operation,
    kind: result.kind ?? null,
    planHash: result.planHash ?? null,
    fence: result.fence ?? session.held?.fence ?? null,
    known: result.known,
    exitCode: result.exitCode,
    outcome: result.outcome,
    cause: result.cause === undefined ? null : hide(result.cause),
    error:
      result.error === undefined
        ? null
        : { code: result.error.code, detail: hiddenDetail(result.error.detail, hide) },
    started: started.toISOString(),
    ended: new Date().toISOString(),
    before: result.before ?? null,
    after: result.after ?? null,
    steps: (result.steps ?? []).map((step) => ({
      ...step,
      note: step.note === null ? null : hide(step.note),
    })),
    files: await session.recorder.files(),
  }
}

/** Signals may come, or not: they only end things a little sooner. */
function onSignals(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.once(signal, () => {
      controller.abort(
        new SignalboxError("TOOL_FAILED", {
          what: `interrupted by ${signal}`,
          next: "call again: the next run finishes this operation or returns to what was verified",
        }),
      )
      setTimeout(() => process.exit(ExitCode.error), graceMs).unref()
    })
  return controller.signal
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
