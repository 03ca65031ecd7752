import { readFile, writeFile } from "node:fs/promises"
import { daggerOutput } from "../../test/engine/harness/index.ts"
import { execute } from "../../toolchain/steps/index.ts"
import { hostNode } from "../example/project.ts"
import { seconds } from "../measure.ts"
import type { Command } from "./script.ts"

/** What a run of the script took: all of it, and each part. */
export interface ScriptRun {
  readonly seconds: number
  readonly parts: Readonly<Record<string, number>>
}

/** Runs the commands one after the other. @throws where one of them fails: the script would have ended there */
export async function runScript(
  commands: readonly Command[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ScriptRun> {
  const parts: Record<string, number> = {}
  const all = await seconds(async () => {
    for (const command of commands) {
      const took = await seconds(() => runCommand(command, { ...hostNode(), ...environment }))
      parts[command.part] = (parts[command.part] ?? 0) + took
    }
  })
  return { seconds: all, parts }
}

async function runCommand(
  { program, args, cwd, input, output }: Command,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  // The engine's address, and a CLI that may not be in the search path, the harness knows.
  if (program === "dagger") {
    await daggerOutput(args, { cwd, timeout: 900 })
    return
  }
  const given = input === undefined ? {} : { input: await readFile(input) }
  const said = await execute(program, args, { cwd, env, quiet: true, ...given })
  if (output !== undefined) await writeFile(output, said)
}
