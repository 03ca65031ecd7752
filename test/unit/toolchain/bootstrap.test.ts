import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { repositoryRoot } from "../../../toolchain/paths.ts"
import { versions } from "../../../toolchain/versions.ts"
import { scratch } from "./scratch.ts"

interface Machine {
  readonly platform: string
  readonly arch: string
  readonly user: number | undefined
  readonly memory: () => number
  readonly free: () => number
  readonly used: () => number
  readonly built: () => boolean
}

// The bootstrap is JavaScript, because it has to run on Node 20; these are its types for the tests.
const { needsToolchain, refusal } = (await import(join(repositoryRoot, "bin/bootstrap/machine.mjs"))) as {
  needsToolchain(command: string, args: readonly string[]): boolean
  refusal(machine: Machine): string | undefined
}
const { nodeVersion, npmVersion } = (await import(join(repositoryRoot, "bin/bootstrap/node.mjs"))) as {
  nodeVersion: string
  npmVersion: string
}

const fit: Machine = {
  platform: "linux",
  arch: "x64",
  user: 0,
  memory: () => 8e9,
  free: () => 40e9,
  used: () => 0,
  built: () => false,
}

describe("a machine", () => {
  test("that fits is not refused", () => {
    expect(refusal(fit)).toBeUndefined()
  })

  test.each<[string, Partial<Machine>, string]>([
    ["not Linux", { platform: "darwin", arch: "arm64" }, "this needs Linux on x64, here is darwin on arm64"],
    ["not root", { user: 1000 }, "this needs root, because it starts an engine and a cluster"],
    ["little memory", { memory: () => 4e9 }, "this needs 7.0 GB of memory, here are 4.0 GB"],
    ["little disk", { free: () => 17.9e9 }, "there are 17.9 GB"],
  ])("is refused in one sentence: %s", (_, change, sentence) => {
    expect(refusal({ ...fit, ...change })).toContain(sentence)
  })

  test("whose disk an interrupted run has filled is not refused", () => {
    expect(refusal({ ...fit, free: () => 3e9, used: () => 20e9 })).toBeUndefined()
  })

  test("on which everything is built, and what building takes has gone, needs little more", () => {
    const built = { ...fit, used: () => 6e9, built: () => true }
    expect(refusal({ ...built, free: () => 6e9 })).toBeUndefined()
    expect(refusal({ ...built, free: () => 4e9 })).toContain("needs 5.0 GB of free disk")
    expect(refusal({ ...built, built: () => false, free: () => 6e9 })).toContain("needs 21.0 GB of free disk")
  })
})

test.each([
  ["demo", [], true],
  ["demo", ["--verify", "out/demo"], false],
  ["test", [], true],
  ["test", ["--tier", "unit"], false],
  ["test", ["--tier=unit"], false],
  ["test", ["--tier", "unit", "--tier", "engine"], true],
  ["test", ["--help"], false],
  ["check", [], false],
  ["wrappers", [], false],
  ["toolchain", ["up"], true],
  ["toolchain", ["cluster", "up"], true],
  ["toolchain", ["logs", "engine"], false],
  ["bench", ["module"], true],
  ["faults", [], true],
] as const)("%s %j needs the toolchain: %s", (command, args, needed) => {
  expect(needsToolchain(command, args)).toBe(needed)
})

test("bootstrap and toolchain agree on versions", () => {
  expect([nodeVersion, npmVersion]).toEqual([versions.node, versions.npm])
})

/** A copy of the bootstrap beside a program of the test, so that it is run as a user runs it. */
async function repositoryWith(program: string): Promise<string> {
  const root = await scratch()
  await mkdir(join(root, "bin"))
  await mkdir(join(root, "node_modules"))
  await mkdir(join(root, "test"))
  const copied = spawnSync("cp", [
    "-r",
    ...["bootstrap", "bootstrap.mjs"].map((name) => join(repositoryRoot, "bin", name)),
    join(root, "bin"),
  ])
  expect(copied.status).toBe(0)
  const lock = JSON.stringify({ lockfileVersion: 3, packages: { "": { name: "x" } } })
  await writeFile(join(root, "package-lock.json"), lock)
  await writeFile(join(root, "node_modules/.package-lock.json"), JSON.stringify({ packages: {} }))
  await writeFile(join(root, "package.json"), '{ "type": "module" }')
  await writeFile(join(root, "test/run.ts"), program)
  return root
}

const bootstrap = (root: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(root, "bin/bootstrap.mjs"), ...args], {
    encoding: "utf8",
    input: "typed",
    cwd: "/",
  })

describe("the program that it starts", () => {
  test("gets arguments and input, and gives output and exit code back", async () => {
    const program = `
      const input: string = await new Response(process.stdin as never).text()
      console.log(JSON.stringify([process.version, process.argv.slice(2), input]))
      process.exit(7)`
    const root = await repositoryWith(program)
    const { status, stdout } = bootstrap(root, "test", "--tier", "unit", "a b")
    expect(JSON.parse(stdout)).toEqual([`v${versions.node}`, ["--tier", "unit", "a b"], "typed"])
    expect(status).toBe(7)
  })

  test("that dies of a signal is said to have died of it", async () => {
    const root = await repositoryWith("process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000)")
    expect(bootstrap(root, "test", "--tier", "unit").signal).toBe("SIGTERM")
  })
})

test("an unknown command names those there are, with 13", () => {
  const { status, stderr } = bootstrap(repositoryRoot, "deploy")
  expect(status).toBe(13)
  expect(stderr).toContain(
    "demo, test, cases, corpus, rows, check, bench, faults, gates:sonar, toolchain, wrappers",
  )
})

test("without root it ends with 13 and one sentence, before it does anything", async () => {
  const root = await repositoryWith("")
  const cache = join(await scratch(), "cache")
  const env = { ...process.env, XDG_CACHE_HOME: cache, _EXPERIMENTAL_DAGGER_RUNNER_HOST: "" }
  // A user namespace without a mapping: the process is nobody there, and may still read its files.
  const args = ["--user", process.execPath, join(root, "bin/bootstrap.mjs"), "demo"]
  const { status, stderr } = spawnSync("unshare", args, { encoding: "utf8", env })
  expect(stderr).toBe("Not on this machine: this needs root, because it starts an engine and a cluster.\n")
  expect(status).toBe(13)
  expect(existsSync(cache)).toBe(false)
})
