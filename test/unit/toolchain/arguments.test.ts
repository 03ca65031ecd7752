import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { commandNames, misuse } from "../../../bin/bootstrap/arguments.mjs"
import { nearest } from "../../../bin/bootstrap/nearest.mjs"
import { nearest as nearestOfModule } from "../../../src/domain/index.ts"
import { repositoryRoot } from "../../../toolchain/paths.ts"

const check = (line: string): string | undefined => {
  const [command = "", ...args] = line.split(" ")
  return misuse(command, args)
}

test.each([
  "demo",
  "demo --verify out/demo",
  "test",
  "test --tier unit --tier=engine --full --seed 7 gates deploy",
  "test --help",
  "cases",
  "rows",
  "check",
  "bench module --rounds 5 --keep-cache",
  "faults --demo-kills 10 --seed 7 --skip 4 --within 300",
  "toolchain --help",
  "toolchain up",
  "toolchain up --engine",
  "toolchain status",
  "toolchain logs",
  "toolchain logs tool-k6",
  "toolchain lock",
  "toolchain cluster up",
  "toolchain cluster kubeconfig --admin",
  "toolchain cluster kubeconfig --namespace=shop-staging",
  "wrappers --check",
])("%s is right", (line) => {
  expect(check(line)).toBeUndefined()
})

test.each([
  ["toolchain up --enigne", "toolchain up has no option --enigne; did you mean --engine?"],
  ["toolchain up engine", 'toolchain up has no use for "engine"; did you mean --engine?'],
  ["toolchain up --help", "toolchain up has no option --help; it takes: [--engine]"],
  ["toolchain up --engine=yes", "toolchain up: --engine takes no value: --engine=yes."],
  ["toolchain up -- --engine", "toolchain up has no option --; it takes: [--engine]"],
  ["toolchain up --constructor", "toolchain up has no option --constructor; it takes: [--engine]"],
  ["toolchain stauts", 'toolchain: there is no command "stauts"; did you mean status?'],
  ["toolchain status now", 'toolchain status has no use for "now"; it takes no arguments.'],
  ["toolchain down --all", "toolchain down has no option --all; it takes no arguments."],
  ["toolchain logs engine registry", 'toolchain logs has no use for "registry"; it takes: [NAME]'],
  ["toolchain", "toolchain: say one of: up, status, logs, down, clean, env, lock, images, cluster."],
  ["toolchain constructor", 'toolchain: there is no command "constructor"; say one of: up, status, '],
  ["toolchain cluster", "toolchain cluster: say one of: up, down, status, kubeconfig."],
  ["toolchain cluster upp", 'toolchain cluster: there is no command "upp"; did you mean up?'],
  ["toolchain cluster up now", 'toolchain cluster up has no use for "now"; it takes no arguments.'],
  [
    "toolchain cluster kubeconfig --namespace",
    "toolchain cluster kubeconfig: --namespace needs a value: NAME.",
  ],
  ["toolchain cluster kubeconfig --admn", "did you mean --admin?"],
  ["demo --verfy out", "demo has no option --verfy; did you mean --verify?"],
  ["demo engine", 'demo has no use for "engine"; it takes: [--verify DIRECTORY]'],
  ["demo --verify", "demo: --verify needs a value: DIRECTORY."],
  ["test --teir unit", "test has no option --teir; did you mean --tier?"],
  ["test --tier unti", "test: --tier cannot be unti; did you mean unit?"],
  ["test --tier smoke", "test: --tier cannot be smoke; it is one of: unit, engine, cluster, faults."],
  ["test --seed x", "test: --seed is a whole number, not x."],
  ["test -f", "test has no option -f; it takes: "],
  ["check --fix", "check has no option --fix; it takes no arguments."],
  ["bench module --round 5", "bench has no option --round; did you mean --rounds?"],
  ["faults --demo-kill 3", "faults has no option --demo-kill; did you mean --demo-kills?"],
  ["wrappers --chekc", "wrappers has no option --chekc; did you mean --check?"],
  ["toolchian up", 'there is no command "toolchian"; did you mean toolchain?'],
  [
    "",
    "say one of: demo, test, cases, corpus, rows, check, bench, faults, gates:sonar, toolchain, wrappers.",
  ],
])("%j is refused in one line that names it and what is nearest", (line, expected) => {
  const said = check(line)
  expect(said).toContain(expected)
  expect(said).not.toContain("\n")
})

test("nearest is what the module's own messages call nearest", () => {
  const names = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "C", "-"), maxLength: 6 }), {
    maxLength: 4,
  })
  const seen = fc.string({ unit: fc.constantFrom("a", "b", "c", "-"), maxLength: 7 })
  fc.assert(
    fc.property(seen, names, (word, all) => {
      expect(nearest(word, all)).toBe(nearestOfModule(word, all))
    }),
  )
})

/** Runs a program of the repository beside a cache directory that is not there. */
async function run(program: string, args: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-test-"))
  const cache = join(directory, "cache")
  try {
    const child = spawn(process.execPath, [join(repositoryRoot, program), ...args], {
      env: { ...process.env, XDG_CACHE_HOME: cache },
    })
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ])
    return { stdout, stderr, status, touched: existsSync(cache) }
  } finally {
    // Not by a hook: of tests that run at once Vitest does not know which one asks for it.
    await rm(directory, { recursive: true, force: true })
  }
}

describe.concurrent("before anything is done", () => {
  test.each([
    ["toolchain", "up", "--enigne"],
    ["demo", "--verfy", "out"],
    ["test", "--teir", "unit"],
    ["bench", "module", "--round", "5"],
    ["faults", "--demo-kill", "3"],
    ["wrappers", "--chekc"],
    ["check", "--fix"],
  ])("npm run %s -- %s …: one line, 13, and no cache directory", async (command, ...args) => {
    expect(await run("bin/bootstrap.mjs", [command, ...args])).toEqual({
      stdout: "",
      stderr: `${misuse(command, args)}\n`,
      status: 13,
      touched: false,
    })
  })

  test.each([
    ["toolchain/cli.ts", "--enigne", ["up", "--enigne"]],
    ["demo/main.ts", "--verfy", ["--verfy", "out"]],
    ["test/run.ts", "--teir", ["--teir", "unit"]],
    ["bench/main.ts", "--round", ["module", "--round", "5"]],
    ["bench/main.ts", 'no bench "modul"; did you mean module?', ["modul"]],
    ["test/faults/main.ts", "--demo-kill", ["--demo-kill", "3"]],
    ["src/wrappers/cli.ts", "--chekc", ["--chekc"]],
    ["bin/check.ts", "--fix", ["--fix"]],
    ["test/cases/main.ts", "--all", ["--all"]],
    ["test/rows/main.ts", "--all", ["--all"]],
  ])("%s without the bootstrap names %s, with 13", async (program, named, args) => {
    const { stderr, status, touched } = await run(program, args)
    expect(stderr).toContain(named)
    expect([status, touched]).toEqual([13, false])
  })
})

test("the toolchain's help names the commands that there are", async () => {
  const { stdout } = await run("toolchain/cli.ts", ["--help"])
  const named = stdout.split("\n").flatMap((line) => /^ {2}([a-z]+)/.exec(line)?.[1] ?? [])
  const known = /say one of: (.+)\.$/.exec(misuse("toolchain", []) ?? "")?.[1]?.split(", ")
  expect([...new Set(named)].sort()).toEqual(known?.sort())
})

test("each command that package.json starts is known", async () => {
  const { default: manifest } = await import("../../../package.json", { with: { type: "json" } })
  expect(Object.keys(manifest.scripts).sort()).toEqual([...commandNames].sort())
})
