import { existsSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { type DaemonOptions, findDaemon, startDaemon, stopDaemon } from "../../../toolchain/daemon.ts"
import { scratch } from "./scratch.ts"

/** A shell that runs `script`, called `$0`-less; ready when it has written the file `ready`. */
async function options(script: string, overrides: Partial<DaemonOptions> = {}): Promise<DaemonOptions> {
  const directory = await scratch()
  const ready = join(directory, "ready")
  return {
    name: "daemon",
    command: "sh",
    args: ["-c", script, ready],
    identity: "1",
    stateFile: join(directory, "state", "running.json"),
    logs: join(directory, "logs"),
    ready: async () => existsSync(ready),
    timeout: 5000,
    ...overrides,
  }
}

const stays = 'touch "$0"; exec sleep 60'

test("is found while it runs, and gone after it was stopped", async () => {
  const given = await options(stays)
  const started = await startDaemon(given)
  expect(await findDaemon(given.stateFile)).toEqual(started)
  await stopDaemon(given.stateFile, 2000)
  expect(await findDaemon(given.stateFile)).toBeUndefined()
  expect(existsSync(given.stateFile)).toBe(false)
})

test("one that ignores SIGTERM is killed", async () => {
  const given = await options(`trap "" TERM; touch "$0"; while :; do sleep 0.1; done`)
  await startDaemon(given)
  await stopDaemon(given.stateFile, 200)
  expect(await findDaemon(given.stateFile)).toBeUndefined()
})

test("a start that ends at once tells the end of the log", async () => {
  const given = await options("echo port is taken; exit 3")
  await expect(startDaemon(given)).rejects.toThrow(/daemon did not start: ended with 3\nport is taken/)
})

test("the log of the run before is kept beside the new one", async () => {
  const given = await options(`echo run; ${stays}`)
  for (let run = 0; run < 2; run++) {
    await startDaemon(given)
    await stopDaemon(given.stateFile, 2000)
  }
  expect(await readFile(join(given.logs, "daemon.before.log"), "utf8")).toBe("run\n")
})

test.each([
  ["another start time", (text: string) => text.replace(/"startTime":"\d+"/, '"startTime":"1"')],
  ["another boot", (text: string) => text.replace(/"boot":"[^"]+"/, '"boot":"before"')],
  ["cut short", (text: string) => text.slice(0, 20)],
])("a state file that names another process is not believed: %s", async (_, change) => {
  const given = await options(stays)
  const { pid } = await startDaemon(given)
  const text = await readFile(given.stateFile, "utf8")
  await writeFile(given.stateFile, change(text))
  expect(await findDaemon(given.stateFile)).toBeUndefined()
  await stopDaemon(given.stateFile, 100)
  expect(existsSync(`/proc/${pid}`)).toBe(true)
  process.kill(pid, "SIGKILL")
})
