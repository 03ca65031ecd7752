import { type Container, ReturnType } from "@dagger.io/dagger"
import { effect } from "../toolbox/index.ts"
import type { Session } from "./session.ts"

/** A tool that reads or changes the world, and how it is started. */
export interface Tool {
  readonly container: Container
  readonly command: readonly string[]
  /** Seconds after which it is given up. */
  readonly seconds: number
}

/** How it ended. */
export interface ToolRun {
  readonly exitCode: number
  /** What it printed, errors last. */
  readonly output: string
  readonly timedOut: boolean
  /** The container that it left; undefined where it was given up. */
  readonly done: Container | undefined
}

/** Runs a tool on every call, however it ends. One that is given up is ended by the engine with the call. */
export async function runTool(session: Session, { container, command, seconds }: Tool): Promise<ToolRun> {
  const exec = effect(container, session.nonce).withExec([...command], { expect: ReturnType.Any })
  const { promise: givenUp, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), seconds * 1000)
  try {
    const done = await Promise.race([exec.sync(), givenUp])
    if (done === undefined) return { exitCode: -1, output: "", timedOut: true, done }
    const [exitCode, stdout, stderr] = await Promise.all([done.exitCode(), done.stdout(), done.stderr()])
    return { exitCode, output: `${stdout}${stderr}`, timedOut: false, done }
  } finally {
    clearTimeout(timer)
  }
}
