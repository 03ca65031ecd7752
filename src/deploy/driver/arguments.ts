import { parseArgs } from "node:util"
import { SignalboxError } from "../../domain/index.ts"
import { nearest } from "../../domain/nearest.ts"
import { type DriverCommand, driverCommands } from "../request.ts"

export interface DriverArguments {
  readonly command: DriverCommand
  /** Path of request.json; chart/, values/, smoke.yaml and load.js lie beside it. */
  readonly input: string
  /** Path of the kubeconfig as it was given: plain or base64. */
  readonly kubeconfig: string
  /** Directory for every file that is stored. */
  readonly out: string
  /** A memory file system for secrets. Default /dev/shm. */
  readonly memory: string
}

/** @throws USAGE */
export function parseArguments(argv: readonly string[]): DriverArguments {
  const options = {
    input: { type: "string" },
    kubeconfig: { type: "string" },
    out: { type: "string" },
    memory: { type: "string", default: "/dev/shm" },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    const { input, kubeconfig, out, memory } = values
    if (input === undefined || kubeconfig === undefined || out === undefined || positionals.length !== 1)
      throw usage("COMMAND, --input, --kubeconfig and --out are needed")
    return { command: commandOf(positionals[0] ?? ""), input, kubeconfig, out, memory }
  } catch (error) {
    if (error instanceof SignalboxError) throw error
    throw usage(error instanceof Error ? error.message : String(error))
  }
}

function commandOf(text: string): DriverCommand {
  const command = driverCommands.find((one) => one === text)
  if (command !== undefined) return command
  const meant = nearest(text, driverCommands)
  throw usage(
    `there is no command ${JSON.stringify(text)}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  )
}

function usage(why: string): SignalboxError {
  return new SignalboxError("USAGE", {
    what: "the driver was started wrongly",
    why,
    next: `main.ts ${driverCommands.join("|")} --input FILE --kubeconfig FILE --out DIR`,
  })
}
