import { readFile } from "node:fs/promises"

/** Sends a signal to a process that may have ended by now. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}

/** Signals the first child of unshare, which waits for it and passes no signal on. */
export async function signalChild(pid: number, name: NodeJS.Signals): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "")
  const first = Number.parseInt(children, 10)
  if (first > 0) signal(first, name)
}
