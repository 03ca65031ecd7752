import { type Container, type Directory, dag, ExecError } from "@dagger.io/dagger"
import { effect } from "../toolbox/index.ts"
import { readJson, type Schema } from "./json.ts"
import { interpretExit, type Program } from "./program.ts"
import type { Session } from "./session.ts"

/**
 * How long the answer of a program holds. `content`: it follows from its input, such as a digest to download. `day` and
 * `call`: it is looked up in the world, once a day (UTC) or by every call.
 */
export type AskedAnew = "content" | "day" | "call"

/**
 * Runs a program of ours unless its answer is known. A failure is never known: the next call runs the program again. Its
 * files are lost with the exec, so it tells its error.json on stdout (`--tell-error`).
 * @throws the program's own error
 */
export async function askCached<T>(
  session: Session,
  program: Program,
  answer: Schema<T>,
  anew: AskedAnew,
): Promise<{ readonly answer: T; readonly out: Directory }> {
  const { container, command, out = "/out" } = program
  const line = ["node", ...command, "--tell-error", "--out", out]
  const prepared = container.withDirectory(out, dag.directory())
  try {
    const done = await asked(session, prepared, anew).withExec(line).sync()
    const files = done.directory(out)
    return {
      answer: await readJson(files, "answer.json", answer, `answer.json of ${program.name}`),
      out: files,
    }
  } catch (thrown) {
    if (!(thrown instanceof ExecError)) throw thrown
    const { exitCode, stdout, stderr } = thrown
    const { error } = await interpretExit(program, exitCode, { stdout, stderr, error: stdout })
    throw error ?? thrown
  }
}

function asked(session: Session, container: Container, anew: AskedAnew): Container {
  switch (anew) {
    case "content":
      return container
    case "day":
      return effect(container, session.today)
    case "call":
      return effect(container, session.nonce)
  }
}
