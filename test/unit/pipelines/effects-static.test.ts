/**
 * The engine answers a repeated exec from its cache. An exec that reads or changes a cluster or registry must run every
 * time: it has to come through `effect()`, in a function that is never cached. Checked here over the sources.
 */
import { describe, expect, it } from "vitest"
import { cachedEndings, effectfulExecs, execsWithoutEffect, handMadeNonces } from "./effect-rules.ts"
import { sources } from "./sources.ts"

describe("an exec with a secret or a service", () => {
  it("comes through effect() with the call's nonce", async () => {
    const found = (await sources(["src", "pipelines"])).map(effectfulExecs)
    expect(found.flatMap(({ broken }) => broken)).toEqual([])
    // A rule that recognises nothing would pass always.
    expect(found.reduce((sum, execs) => sum + execs.found, 0)).toBeGreaterThanOrEqual(1)
  })

  it("is that of runProgram wherever one of our programs runs", async () => {
    const all = await sources(["src", "pipelines"])
    const program = all.find(({ file }) => file === "src/call/program.ts")
    if (program === undefined) throw new Error("runProgram is somewhere else")
    expect(execsWithoutEffect(program)).toEqual([])
    const callers = all.filter(
      ({ file, text }) =>
        !file.startsWith("src/call/") &&
        /session\.runner\(\)|\b(run|ask)Program\(|\baskCached[(<]/.test(text),
    )
    expect(callers.map(({ file }) => file).sort()).toEqual(
      [
        "databases",
        "doctor",
        "driver",
        "evidence",
        "pin",
        "push",
        "schemas",
        "shared-policy",
        "try",
        "world",
      ].map((name) => `pipelines/${name}.ts`),
    )
    expect(callers.filter(({ text }) => text.includes(".withExec("))).toEqual([])
  })

  it("is recognised where its container is a parameter", () => {
    const bare = 'function run(program: P) {\n return program.container.withExec(["x"])\n}'
    expect(execsWithoutEffect({ file: "a.ts", text: bare })).toHaveLength(1)
    expect(execsWithoutEffect({ file: "a.ts", text: 'effect(p.container, n).withExec(["x"])' })).toEqual([])
  })

  it.each([
    ["in one chain", 'c.withMountedSecret("/s", s).withExec(["x"])', 1],
    [
      "in a variable",
      'const d = c.withServiceBinding("db", s)\nd.withEnvVariable("A", "b").withExec(["x"])',
      1,
    ],
    [
      "from a function of the file",
      'function give(c: C) {\n return c.withSecretVariable("S", s)\n}\ngive(c).withExec(["x"])',
      1,
    ],
    ["in one of two cases", 'const d = s ? c.withMountedSecret("/s", s) : c\nd.withExec(["x"])', 1],
    ["with the effect before the secret", 'effect(c, n).withMountedSecret("/s", s).withExec(["x"])', 0],
    ["in an effect", 'effect(c.withMountedSecret("/s", s), session.nonce).withExec(["x"])', 0],
    [
      "in an effect that is a variable",
      'const d = effect(c.withMountedSecret("/s", s), n)\nd.withExec(["x"])',
      0,
    ],
    ["without any", 'c.withMountedFile("/s", f).withExec(["x"])', 0],
  ])("is recognised %s", (_, text, broken) => {
    expect(effectfulExecs({ file: "a.ts", text }).broken).toHaveLength(broken)
  })
})

describe("the nonce", () => {
  it("is set by effect() alone, from the session's nonce", async () => {
    const all = await sources(["src", "pipelines"])
    expect(all.flatMap(handMadeNonces)).toEqual([])
    expect(handMadeNonces({ file: "a.ts", text: 'effect(c, "constant")' })).toHaveLength(1)
    expect(handMadeNonces({ file: "a.ts", text: "effect(c, session.today)" })).toHaveLength(1)
    expect(handMadeNonces({ file: "a.ts", text: 'c.withEnvVariable("SIGNALBOX_NONCE", "x")' })).toHaveLength(
      1,
    )
  })
})

describe("a function of the module", () => {
  it("that changes, reads or decides something is never cached", async () => {
    const surface = (await sources(["src"])).filter(({ text }) => text.includes("@object()"))
    expect(surface.length).toBeGreaterThan(1)
    expect(surface.flatMap(cachedEndings)).toEqual([])
  })

  it.each([
    ["@func()\n a() { return this.end(x) }", 1],
    ['@func({ cache: "session" })\n a() { return this.view(x) }', 1],
    ['@func({ cache: "never" })\n a() { return this.end(x) }', 0],
    ["@func()\n a() { return this.text }", 0],
    ["private a() { return this.end(x) }", 0],
    ['@func()\n async a() { const { endWithVerdict } = await import("x")\n return endWithVerdict() }', 1],
  ])("%s is recognised", (member, broken) => {
    expect(cachedEndings({ file: "a.ts", text: `class A {\n${member}\n}` })).toHaveLength(broken)
  })
})
