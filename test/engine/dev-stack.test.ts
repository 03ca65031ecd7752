/** The tree as it is, running on this machine with what it needs beside it. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { eventually, finalError, type Running } from "./harness/index.ts"
import { seconds, toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const stack = `
stack:
  db: { kind: postgres, database: ferry, user: ferry }
  api: { kind: component, component: api, environment: { DATABASE_URL: "postgresql://ferry@db:5432/ferry" } }
`

const answerOf = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:8080${path}`)
  return { status: response.status, text: await response.text() }
}

describe.runIf(toolboxHas("postgres"))("dev-stack up", () => {
  let here: Project
  let running: Running | undefined
  beforeAll(async () => {
    here = await project("ferry-staging", "ferry")
    // Not committed: a developer wants to see what is there now.
    await here.write({ "signalbox.yaml": (await here.files.read("signalbox.yaml")) + stack })
  })
  afterAll(async () => {
    running?.signal("SIGINT")
    await running?.outcome
    await here[Symbol.asyncDispose]()
  })

  it("answers on its component's port, which reaches the database beside it", async () => {
    running = here.start(["dev-stack", "up"], { timeout: seconds })
    const ended = running.outcome.then((outcome) => Promise.reject(new Error(finalError(outcome))))
    const absent = { status: 0, text: "" }
    const health = eventually(
      () => answerOf("/health").catch(() => absent),
      (answer) => answer !== absent,
      seconds,
    )
    expect(await Promise.race([health, ended])).toEqual({ status: 200, text: "ok\n" })
    expect(await answerOf("/crossings")).toEqual({
      status: 503,
      text: 'relation "crossings" does not exist\n',
    })
  })

  it("ends with Ctrl-C, and its port with it", async () => {
    running?.signal("SIGINT")
    await running?.outcome
    running = undefined
    await expect(answerOf("/health")).rejects.toThrow("fetch failed")
  })
})
