import { execFile } from "node:child_process"
import { vi } from "vitest"
import { runMain } from "../../../../src/toolbox/program-end.ts"

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Starts a program as its caller does. */
export function started(path: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [path, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 137, stdout, stderr }),
    )
  })
}

/** The same in this process: starting Node takes longer than what most programs do. */
export async function here(
  main: (argv: readonly string[]) => Promise<void>,
  args: readonly string[],
): Promise<Ended> {
  const before = process.exitCode
  process.exitCode = 0
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true)
  try {
    await runMain(main, args)
    const stderr = write.mock.calls.map(([text]) => String(text)).join("")
    return { code: Number(process.exitCode), stdout: "", stderr }
  } finally {
    write.mockRestore()
    process.exitCode = before
  }
}
