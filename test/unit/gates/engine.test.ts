/** The engine of the gates over gates that exist in the tests only: what it does for any gate that keeps the contract. */
import { describe, expect, test } from "vitest"
import { z } from "zod"
import { parseConfig } from "../../../src/config/index.ts"
import { gatesSchema } from "../../../src/config/schema/gates.ts"
import { SignalboxError, type Waiver } from "../../../src/domain/index.ts"
import { catalogue } from "../../../src/gates/catalogue.ts"
import { minimalConfig, replaced } from "../config/texts.ts"
import { member, nothing, openNote, run } from "./support/members.ts"
import { toy } from "./toy/entry.ts"

describe("a gate that keeps the contract", () => {
  test("is run, read and decided, and the engine puts its name on what it finds", async () => {
    const report = await run([toy])
    expect(report).toMatchObject({ verdict: "fail", partial: false })
    expect(report.gates).toMatchObject([
      {
        ...{ gate: "notes", title: "Open notes", kind: "quality", verdict: "fail" },
        findings: [{ gate: "notes", rule: "open-note", subject: "TODO fix the roof" }],
        figures: { notes: 2 },
        reports: { "NOTES.txt": expect.stringMatching(/^sha256:/) },
      },
    ])
  })

  test("can be required and set in signalbox.yaml, and is required by nobody who does not name it", () => {
    const section = gatesSchema([...catalogue, toy])
    expect(section.parse({})).toMatchObject({ notes: { allowed: 0 } })
    expect(Object.values(section.parse({}).required).flat()).not.toContain("notes")
    const named = { required: { branch: ["notes"] }, notes: { allowed: 3 } }
    expect(section.parse(named)).toMatchObject(named)
    expect(section.safeParse({ notes: { allowed: -1 } }).success).toBe(false)
    expect(z.toJSONSchema(section, { io: "input" }).properties).toHaveProperty("notes")
  })

  test("has its findings waived by its name", async () => {
    const waiver: Waiver = {
      ...{ id: "w1", gate: "notes", rule: "open-note", file: "NOTES.txt", subject: "TODO fix the roof" },
      ...{ reason: "in spring", owner: "ann", expires: "2026-04-01" },
    }
    expect(await run([toy], { waivers: [waiver] })).toMatchObject({ verdict: "waived", staleWaivers: [] })
    const elsewhere = { ...waiver, gate: "lint" }
    expect(await run([toy], { waivers: [elsewhere] })).toMatchObject({ verdict: "fail" })
  })

  test("V42 has waivers that hold longer than signalbox.yaml allows told, and not used", async () => {
    const waiver: Waiver = {
      ...{ id: "w1", gate: "notes", rule: "open-note", file: "NOTES.txt", subject: "TODO fix the roof" },
      ...{ reason: "in spring", owner: "ann", expires: "2026-04-01" },
    }
    const text = `${minimalConfig}gates: { waivers: { acceptedRisk: 7d } }\n`
    const report = await run([toy], { waivers: [waiver] }, openNote, parseConfig(text, "signalbox.yaml"))
    expect(report).toMatchObject({ verdict: "fail", staleWaivers: [{ id: "w1", why: "term-too-long" }] })
  })

  test("is an error when its output cannot be read", async () => {
    const [result] = (await run([toy], {}, { "NOTES.txt": "" })).gates
    expect(result).toMatchObject({ verdict: "error", summary: "could not be judged: the notes are empty" })
  })
})

test("never are more gates judged at once than asked for, and one that breaks down blocks no other", async () => {
  let running = 0
  let most = 0
  const slow = (name: string, fails: boolean) =>
    member(name, {
      run: async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 2))
        running -= 1
        if (fails) throw new Error("no")
        return { output: undefined }
      },
    })
  const members = [false, true, false, true, false, false].map((fails, at) => slow(`gate-${at}`, fails))
  const { gates } = await run(members, { parallel: 2 })
  expect(most).toBe(2)
  expect(gates.map(({ verdict }) => verdict)).toEqual(["pass", "error", "pass", "error", "pass", "pass"])
})

describe("required", () => {
  test("what is not required warns, and does not block", async () => {
    const report = await run([toy, member("other")], { required: ["other"] })
    expect(report.verdict).toBe("pass")
    expect(report.gates).toMatchObject([
      { gate: "notes", verdict: "fail", required: false },
      { verdict: "pass" },
    ])
    expect(report.gates[1]).not.toHaveProperty("required")
  })

  test("a report in which nothing that was judged is required proves nothing", async () => {
    expect((await run([toy], { required: [] })).verdict).toBe("error")
  })

  test("a gate that does not apply is skipped with its reason", async () => {
    const report = await run([toy, member("other")], {}, {})
    expect(report).toMatchObject({ verdict: "pass", partial: false })
    expect(report.gates[0]).toMatchObject({ verdict: "skipped", summary: "no NOTES.txt", required: false })
    expect((await run([toy], {}, {})).verdict).toBe("skipped")
  })

  test("sibling of G13: a gate that found nothing to look at in any component is skipped, never passed", async () => {
    const skipped = [{ component: "web", why: "no packages" }]
    const empty = member("empty", { decide: () => ({ ...nothing, skipped }) })
    const report = await run([empty, member("other")])
    expect(report.gates[0]).toMatchObject({
      ...{ verdict: "skipped", required: false, summary: "web: no packages", skipped },
    })
    const broken = member("empty", { decide: () => ({ ...nothing, skipped, errors: ["crashed"] }) })
    expect((await run([broken])).gates[0]).toMatchObject({ verdict: "error", skipped })
  })

  test("one that is named in signalbox.yaml and does not apply ends the call with 13, before any gate runs", async () => {
    let ran = false
    const other = member("other", {
      run: async () => {
        ran = true
        return { output: undefined }
      },
    })
    const error = await run([other, toy], { named: ["notes"] }, {}).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: "CONFIG_INVALID", exitCode: 13 })
    expect(String(error)).toMatch(
      /notes is required and has nothing to judge[\s\S]*gates\.required\.branch[\s\S]*no NOTES\.txt/,
    )
    expect(ran).toBe(false)
    expect(await run([other, toy], { named: ["notes"], chosen: ["other"] }, {})).toMatchObject({
      verdict: "pass",
    })
  })

  test("a wrong call inside a gate ends with 13 where the gate is required, and is its error where not", async () => {
    const run13 = () => Promise.reject(new SignalboxError("SHALLOW_CLONE", { what: "a shallow clone" }))
    const shallow = member("shallow", { run: run13 })
    await expect(run([shallow])).rejects.toMatchObject({ exitCode: 13 })
    const report = await run([shallow, member("other")], { required: ["other"] })
    expect(report).toMatchObject({ verdict: "pass", gates: [{ verdict: "error", required: false }, {}] })
  })

  test("one that cannot say whether it applies is an error, never skipped", async () => {
    const broken = member("broken", { appliesTo: () => Promise.reject(new Error("no answer")) })
    expect(await run([broken])).toMatchObject({ verdict: "error", gates: [{ verdict: "error" }] })
  })
})

describe("a gate that judges only where it is configured", () => {
  const rare = member("rare", {}, { whereConfigured: true })
  const other = member("other")

  test("is in no report of a project that does not configure it, and no report is partial for it", async () => {
    const report = await run([rare, other], { required: ["other"] })
    expect(report).toMatchObject({ verdict: "pass", partial: false, gates: [{ gate: "other" }] })
    expect(report.gates).toHaveLength(1)
  })

  test("is told where it is asked for by name, and judges where it is configured", async () => {
    expect((await run([rare, other])).gates.map(({ gate }) => gate)).toEqual(["rare", "other"])
    const config = parseConfig(minimalConfig, "signalbox.yaml")
    const gates = { ...config.gates, rare: {} }
    const report = await run([rare, other], { required: ["other"] }, {}, { ...config, gates })
    expect(report.gates).toMatchObject([
      { gate: "rare", required: false, verdict: "pass" },
      { gate: "other" },
    ])
  })
})

describe("a report is partial", () => {
  test("where a gate that applies was left out", async () => {
    const all = [toy, member("other")]
    expect((await run(all, { chosen: ["other"] })).partial).toBe(true)
    expect((await run(all, { chosen: ["other"] }, {})).partial).toBe(false)
    expect((await run(all)).partial).toBe(false)
  })
})

describe("a component that has switched a check off", () => {
  const off = "    checks: { lint: { off: linted by its own pipeline } }\n"
  const both = replaced(
    minimalConfig,
    "    kind: static",
    `    kind: static\n${off}  api:\n    path: api\n    language: node\n    kind: service`,
  )
  const seen: string[] = []
  const lint = member(
    "lint",
    {
      async run({ config }) {
        seen.push(...Object.keys(config.components))
        return { output: undefined }
      },
    },
    { perComponent: true },
  )

  test("is not judged, and is listed with the reason", async () => {
    const report = await run([lint], {}, openNote, parseConfig(both, "signalbox.yaml"))
    expect(seen).toEqual(["api"])
    expect(report.gates).toMatchObject([
      {
        verdict: "pass",
        summary: "looked at; not judged: web: off: linted by its own pipeline",
        skipped: [{ component: "web", why: "off: linted by its own pipeline" }],
      },
    ])
  })

  test("leaves a gate that has nothing else to judge skipped", async () => {
    const only = replaced(minimalConfig, "    kind: static", `    kind: static\n${off}`)
    const report = await run([lint], {}, openNote, parseConfig(only, "signalbox.yaml"))
    expect(report.gates).toMatchObject([
      { verdict: "skipped", summary: "web: off: linted by its own pipeline", required: false },
    ])
  })

  test("says so to no gate that judges the project as a whole", async () => {
    const whole = member("lint", {}, {})
    const report = await run([whole], {}, openNote, parseConfig(both, "signalbox.yaml"))
    expect(report.gates[0]).not.toHaveProperty("skipped")
  })
})
