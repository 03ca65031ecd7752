import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { CommandError, execute, stopChildren } from "../../../toolchain/steps/index.ts"
import { scratch } from "./scratch.ts"

test("gives what the command printed, and passes input and environment", async () => {
  const printed = await execute("sh", ["-c", 'cat; printf "%s" "$WORD"'], {
    input: "in ",
    env: { WORD: "out" },
  })
  expect(printed).toBe("in out")
})

test("arguments stay what they are", async () => {
  expect(await execute("printf", ["%s|", "a b", "$HOME", "; exit 3"])).toBe("a b|$HOME|; exit 3|")
})

test("lines of both streams are told as they come, the last one without an end too", async () => {
  const lines: string[] = []
  await execute("sh", ["-c", "echo one; echo two >&2; printf three"], { onLine: (line) => lines.push(line) })
  expect(lines.sort()).toEqual(["one", "three", "two"])
})

test("a failure carries status and the end of standard error", async () => {
  const error = await execute("sh", ["-c", "echo why >&2; exit 4"]).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(CommandError)
  expect(error).toMatchObject({ status: 4, stderr: "why\n", message: "sh: exit status 4: why" })
})

test("stopping reaches what a command started itself", async () => {
  const pidFile = join(await scratch(), "pid")
  const running = execute("sh", ["-c", 'sleep 60 & echo $! > "$0"; wait', pidFile]).catch((error) => error)
  const pid = await pidIn(pidFile)
  await stopChildren()
  expect(await running).toMatchObject({ message: "sh: ended by SIGTERM" })
  await expect.poll(() => isAlive(pid)).toBe(false)
})

async function pidIn(file: string): Promise<number> {
  await expect.poll(() => readFile(file, "utf8").catch(() => "")).toMatch(/\d+\n/)
  return Number(await readFile(file, "utf8"))
}

/** A dead process whose parent has not asked for its status still has a number; its state tells. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z")
  return !/\) [ZX]/.test(stat)
}
