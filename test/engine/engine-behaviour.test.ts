/**
 * What Signalbox's design takes for granted about the engine. Each case is a fact that was measured; an engine that
 * behaves otherwise needs another design, not another test.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import { network } from "../../toolchain/network.ts"
import {
  behaviourModule,
  dagger,
  daggerOutput,
  eventually,
  fileOfVolume,
  finalError,
  runs,
  startDagger,
  uniqueName,
  workspace,
} from "./harness/index.ts"

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const call = (...args: string[]) => dagger(["call", "-m", behaviourModule, ...args])
const output = (...args: string[]) => daggerOutput(["call", "-m", behaviourModule, ...args])

describe("an exec in a function that is never cached", () => {
  it("does not run again when it is equal, and its output is the old one", async () => {
    const name = uniqueName()
    const first = await output("append", "--name", name)
    expect(await output("append", "--name", name)).toBe(first)
    expect(await runs(name)).toBe(1)
  })

  it("runs again with a fresh environment variable", async () => {
    const name = uniqueName()
    const first = await output("append-fresh", "--name", name)
    expect(await output("append-fresh", "--name", name)).not.toBe(first)
    expect(await runs(name)).toBe(2)
  })

  it("is cached with an accepted exit code other than 0", async () => {
    const name = uniqueName()
    expect(await output("append-accepted", "--name", name)).toBe("3")
    expect(await output("append-accepted", "--name", name)).toBe("3")
    expect(await runs(name)).toBe(1)
  })

  it("is not cached when it fails", async () => {
    const name = uniqueName()
    expect((await call("append-failing", "--name", name)).code).toBe(3)
    expect((await call("append-failing", "--name", name)).code).toBe(3)
    expect(await runs(name)).toBe(2)
  })

  it("runs again when a secret's text changed, and only then", async () => {
    const name = uniqueName()
    const withSecret = (text: string) =>
      daggerOutput(
        ["call", "-m", behaviourModule, "append-secret", "--name", name, "--secret", "env://SECRET"],
        {
          env: { SECRET: text },
        },
      )
    const first = await withSecret("one")
    expect(await withSecret("one")).toBe(first)
    expect(await withSecret("two")).not.toBe(first)
    expect(await runs(name)).toBe(2)
  })

  it("does not run again when a cache volume's content changed", async () => {
    const name = uniqueName()
    const first = await output("append", "--name", name)
    await output("append-fresh", "--name", name)
    expect(await output("append", "--name", name)).toBe(first)
    expect(await runs(name)).toBe(2)
  })
})

describe("a function", () => {
  it("without cache option runs once for all sessions, with `session` and `never` once per CLI call", async () => {
    const twice = async (name: string) => [await output(name), await output(name)]
    const [plain, session, never] = [await twice("plain"), await twice("session"), await twice("never")]
    expect(new Set(plain).size).toBe(1)
    expect(new Set(session).size).toBe(2)
    expect(new Set(never).size).toBe(2)
  })

  it("has the digits of its name split off on the command line", async () => {
    const { stdout } = await dagger(["functions", "-m", behaviourModule])
    expect(stdout).toMatch(/^exit-17 /m)
    expect(stdout).not.toMatch(/exit17/)
  })
})

describe("the CLI's exit code", () => {
  it.each(["throwing", "throwing-void"])(
    "is 1 for a function that throws (%s), with its message last",
    async (name) => {
      const outcome = await call(name)
      expect(outcome.code).toBe(1)
      expect(finalError(outcome)).toBe("Error: a message of ours")
    },
  )

  it.each(["exit-17", "exit-17-text"])(
    "is that of a failed exec (%s), whose output is printed",
    async (name) => {
      const outcome = await call(name)
      expect(outcome.code).toBe(17)
      expect(finalError(outcome)).toBe("Error: exit code: 17\nStdout:\nto-stdout\nStderr:\nto-stderr")
    },
  )

  it("is 1 for a failing check, whatever its exec ended with, and 0 for a passing one", async () => {
    expect((await dagger(["check", "-m", behaviourModule, "failing"])).code).toBe(1)
    expect((await dagger(["check", "-m", behaviourModule, "passing"])).code).toBe(0)
  })

  it("is ours when a body catches a failed exec and concludes with another one", async () => {
    const outcome = await call("conclude", "--code", "11")
    expect(outcome.code).toBe(11)
    expect(finalError(outcome)).toMatch(/^Error: exit code: 11\nStdout:\ncaught ExecError: exit code: 3/)
  })

  it("is ours when a body catches a publish that cannot reach its registry", async () => {
    const address = `${network.registryAddress}:5999/x:1`
    const outcome = await call("conclude-publish", "--address", address, "--code", "11")
    expect(outcome.code).toBe(11)
    expect(finalError(outcome)).toMatch(/caught GraphQLRequestError: .*connection refused/)
  })
})

describe("a CLI that is killed while an exec runs", () => {
  it.each([
    ["SIGINT", 1],
    ["SIGTERM", 143],
    ["SIGKILL", 137],
  ] as const)("by %s exits with %i, and the exec gets SIGKILL at once", async (signal, code) => {
    const name = uniqueName()
    const sleeper = startDagger(["call", "-m", behaviourModule, "sleeper", "--name", name, "--seconds", "60"])
    const started = await eventually(
      () => fileOfVolume(name, "alive"),
      (text) => text !== "",
      60,
    )
    expect(started).not.toBe("")
    sleeper.signal(signal)
    expect((await sleeper.outcome).code).toBe(code)
    const last = await eventually(
      async () => [await fileOfVolume(name, "alive"), await fileOfVolume(name, "alive")],
      ([one, two]) => one === two,
      10,
    )
    expect(last[0]).toBe(last[1])
    expect(await fileOfVolume(name, "signals")).toBe("")
    expect(await fileOfVolume(name, "runs")).toBe("started")
  })
})

describe("a module that is called from another repository", () => {
  it("has its context directory in its own repository", async () => {
    await using home = await workspace()
    await using other = await workspace()
    const module = await home.fixture("behaviour", "ci/behaviour")
    await home.write({ "root.txt": "" })
    await other.write({ "caller.txt": "" })
    const entries = async (name: string) =>
      (await daggerOutput(["call", "-m", module, name], { cwd: other.path })).split("\n").sort()
    expect(await entries("entries")).toEqual(["dagger.json", "package.json", "src/"])
    expect(await entries("root-entries")).toEqual([".git/", "ci/", "root.txt"])
    expect(await entries("ignored")).toEqual(["src/"])
  })

  it("takes a path on the command line relative to the caller's directory", async () => {
    await using other = await workspace()
    await other.write({ "sub/deep.txt": "" })
    const args = ["call", "-m", behaviourModule, "entries", "--dir", "."]
    expect(await daggerOutput(args, { cwd: join(other.path, "sub") })).toBe("deep.txt")
  })
})

describe("a `.env` file", () => {
  const settings = async (cwd: string, env: Record<string, string> = {}) =>
    JSON.parse(await daggerOutput(["call", "-m", behaviourModule, "settings"], { cwd, env }))

  it("in the caller's directory or above gives arguments of the constructor, by module and name", async () => {
    await using here = await workspace()
    await here.write({
      "box.yaml": "content",
      "sub/empty": "",
      ".env": `BEHAVIOUR_TOOLBOX=${here.path}/box.yaml\nBEHAVIOUR_LABEL=outer\nBEHAVIOUR_LEVEL=7\nLEVEL=9\n`,
    })
    const expected = { toolbox: "content", label: "outer", level: 7 }
    expect(await settings(here.path)).toMatchObject(expected)
    expect(await settings(join(here.path, "sub"))).toMatchObject(expected)
  })

  it("may name variables of the caller's environment, which are not enough alone", async () => {
    await using here = await workspace()
    await here.write({ "box.yaml": "content" })
    const env = { BEHAVIOUR_TOOLBOX: join(here.path, "box.yaml") }
    expect(await settings(here.path, env)).toMatchObject({ toolbox: null })
    await here.write({ ".env": `BEHAVIOUR_TOOLBOX=\${BEHAVIOUR_TOOLBOX}\n` })
    expect(await settings(here.path, env)).toMatchObject({ toolbox: "content" })
  })

  it("has its relative paths resolved in the caller's directory, not in its own", async () => {
    await using here = await workspace()
    await here.write({ "box.yaml": "content", "sub/empty": "", ".env": "BEHAVIOUR_TOOLBOX=box.yaml\n" })
    expect(await settings(here.path)).toMatchObject({ toolbox: "content" })
    const below = await dagger(["call", "-m", behaviourModule, "settings"], { cwd: join(here.path, "sub") })
    expect(below.code).toBe(1)
    expect(finalError(below)).toContain("stat box.yaml: no such file or directory")
  })

  it("yields to the command line", async () => {
    await using here = await workspace()
    await here.write({ ".env": "BEHAVIOUR_LABEL=outer\n" })
    const args = ["call", "-m", behaviourModule, "--label", "given", "settings"]
    expect(JSON.parse(await daggerOutput(args, { cwd: here.path }))).toMatchObject({ label: "given" })
  })
})

describe("a registry over plain HTTP", () => {
  it("takes an image and gives its digest; a moved tag is seen by the next session, not within one", async () => {
    const address = `${network.registry}/test/behaviour:${uniqueName()}`
    const first = await output("publish", "--address", address, "--text", "one")
    expect(first).toMatch(/@sha256:[0-9a-f]{64}$/)
    expect(await output("text-of", "--address", address)).toBe("one")
    expect(await output("publish", "--address", address, "--text", "two")).not.toBe(first)
    expect(await output("text-of", "--address", address)).toBe("two")
    expect(await output("text-of", "--address", first)).toBe("one")
    const moving = `${network.registry}/test/behaviour:${uniqueName()}`
    expect(await output("moved-within-session", "--address", moving, "--one", "1", "--two", "2")).toBe("1 1")
  })
})

describe("a service argument tcp://localhost:PORT", () => {
  it("is a host port, bound under an alias with the same number, and looked at only when bound", async () => {
    const server = createServer((_request, response) => response.end("from the host"))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    const service = ["--service", `tcp://localhost:${port}`]
    try {
      expect(JSON.parse(await output("ports", ...service)).ports).toEqual([port])
      expect(await output("fetch", ...service, "--port", String(port))).toContain("from the host")
    } finally {
      server.closeAllConnections()
      server.close()
    }
    expect(JSON.parse(await output("ports", ...service)).ports).toEqual([port])
    // Nobody listens any more: the connection opens, and ends (at once, or by a reset) without a byte.
    const answer = await output("fetch", ...service, "--port", String(port))
    expect(answer).toMatch(/^cat: [01]$/m)
    expect(answer).not.toContain("from the host")
  })

  it("does not pass the end of a connection on: a reader needs a limit", async () => {
    const server = createServer((_request, response) => response.end("from the host"))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    try {
      const answer = await output("fetch", "--service", `tcp://localhost:${port}`, "--port", String(port))
      expect(answer).toContain("cat: 124")
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
