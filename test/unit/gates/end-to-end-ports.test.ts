/** The program that puts services at ports of the tests' own machine, and the command that it starts, as processes. */
import { spawn } from "node:child_process"
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { requested } from "../../../src/gates/end-to-end/at-localhost.ts"

let place: string
let service: Server
let port: number

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "at-localhost-"))
  for (const file of ["gates/end-to-end/at-localhost.ts", "stack/forward.ts"])
    copyFileSync(new URL(`../../../src/${file}`, import.meta.url), join(place, file.split("/").at(-1) ?? ""))
  service = createServer((_, response) => response.end("the service"))
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve))
  port = (service.address() as AddressInfo).port
})
afterAll(() => {
  service.close()
  rmSync(place, { recursive: true })
})

function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(place, "at-localhost.ts"), ...args])
    let said = ""
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data: Buffer) => {
        said += data.toString()
      })
    child.on("close", (code) => resolve({ code, said }))
  })
}

/** A port that nobody has: one that was somebody's a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port: free } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return free
}

describe("services at ports of the tests' own machine", () => {
  test("are there for as long as the command runs, which gives the exit code", async () => {
    const host = await freePort()
    const ask = `const answer = await fetch("http://localhost:${host}"); console.log(await answer.text()); process.exit(3)`
    const { code, said } = await run(
      ...[`${host}=localhost:${port}`, "--"],
      ...[process.execPath, "--input-type=module", "-e", ask],
    )
    expect(said).toBe("the service\n")
    expect(code).toBe(3)
    await expect(fetch(`http://localhost:${host}`)).rejects.toThrow()
  })

  test("a command that is not there, or was ended, has no exit code that is a judgement", async () => {
    const at = `${await freePort()}=localhost:${port}`
    expect(await run(at, "--", "no-such-program")).toMatchObject({
      code: 127,
      said: expect.stringContaining("no-such-program ENOENT"),
    })
    const suicide = "process.kill(process.pid, 'SIGKILL')"
    expect(await run(at, "--", process.execPath, "-e", suicide)).toMatchObject({ code: 137 })
  })

  test("a port that cannot be had ends it before the command starts", async () => {
    const { code, said } = await run(
      `${port}=localhost:${port}`,
      `99999=localhost:${port}`,
      "--",
      "echo",
      "ran",
    )
    expect(code).toBe(70)
    expect(said).toContain("not at their ports")
    expect(said).not.toContain("ran\n")
  })

  test("what it is to do is told by its arguments", () => {
    expect(requested(["3000=web:8080", "--", "playwright", "test", "--", "a"])).toEqual({
      ports: ["3000=web:8080"],
      command: "playwright",
      args: ["test", "--", "a"],
    })
    expect(() => requested(["--", "playwright"])).toThrow(/usage/)
    expect(() => requested(["3000=web:8080", "--"])).toThrow(/usage/)
  })
})
