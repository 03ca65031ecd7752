import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { StepSummary } from "../../../demo/summary.ts"
import { verifyDemo } from "../../../demo/verify.ts"

let out = ""
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "demo-"))
})
afterEach(() => rm(out, { recursive: true }))

const command = (name: string, log: string) => ({ line: `dagger call ${name}`, exitCode: 0, log, seconds: 1 })
const signature = "publish/3.log"

const publish: StepSummary = {
  id: "publish",
  expected: "",
  verdict: "pass",
  exitCode: 0,
  seconds: 1,
  digests: {},
  commands: [
    command("publish", "publish/1.log"),
    command("record", "publish/2.log"),
    command("verify-release", signature),
  ],
  evidence: [],
}

/** What the checker says of the step `publish`, whatever else is missing. */
async function problems(
  steps: readonly StepSummary[],
  before: object,
  after: object,
  said = "ok   signature: by --public-key (sha256:…)\n",
  example?: string,
): Promise<string[]> {
  await mkdir(join(out, "publish"), { recursive: true })
  await writeFile(
    join(out, "summary.json"),
    JSON.stringify({ schemaVersion: 1, ok: true, seconds: 1, steps, example }),
  )
  await writeFile(join(out, "publish/1.log"), "")
  await writeFile(join(out, "publish/2.log"), "")
  await writeFile(join(out, signature), said)
  await writeFile(join(out, "publish/registry-before.json"), JSON.stringify(before))
  await writeFile(join(out, "publish/registry-after.json"), JSON.stringify(after))
  return (await verifyDemo(out)).filter((problem) => problem.startsWith("publish:"))
}

describe("the checker of a finished demo", () => {
  it("accepts a registry that has grown", async () => {
    expect(await problems([publish], { web: ["v1"] }, { web: ["v1", "v2"], releases: ["v2"] })).toEqual([])
  })

  it("does not take a loss for growth", async () => {
    expect(await problems([publish], { web: ["v1", "v2"] }, { web: ["v1"] })).toEqual([
      "publish: nothing was added to the registry",
      "publish: the registry has lost web:v2",
    ])
  })

  it("names a registry list that is missing, or is none", async () => {
    await problems([publish], {}, { web: ["v1"] })
    await rm(join(out, "publish/registry-before.json"))
    await writeFile(join(out, "publish/registry-after.json"), "{")
    expect((await verifyDemo(out)).filter((problem) => problem.startsWith("publish:"))).toEqual([
      "publish: evidence is missing: publish/registry-before.json",
      expect.stringContaining("publish: publish/registry-after.json cannot be read"),
    ])
  })

  it("does not take a verdict that its exit code does not say", async () => {
    expect(await problems([{ ...publish, verdict: "failed" }], {}, { web: ["v1"] })).toEqual([
      "publish: verdict failed for exit code 0",
    ])
  })

  it("does not take an exit code for the rule that was to refuse, or the check that was to pass", async () => {
    const said = "--   signature: not checked, no key was given: the record is not signed\n"
    expect(await problems([publish], {}, { web: ["v1"] }, said)).toEqual([
      'publish: command 3 does not say "signature: by --public-key"',
    ])
  })

  it("does not judge one of two steps of a name and leave the other", async () => {
    const failed = { ...publish, exitCode: 11, verdict: "error" }
    expect(await problems([publish, failed], {}, { web: ["v1"] })).toContain("publish: is listed twice")
  })

  it("asks of another example the steps and components of that one", async () => {
    await problems([publish], {}, { web: ["v1"] }, undefined, "pricing-agent")
    const digest = `sha256:${"0".repeat(64)}`
    const digests = { "staging/web": digest, "staging/inference": digest }
    const staging = { ...publish, id: "staging" as const, commands: [], digests }
    await problems([publish, staging], {}, { web: ["v1"] }, undefined, "pricing-agent")
    const found = await verifyDemo(out)
    expect(found).not.toContain("staging: staging does not run every component")
    expect(found.filter((one) => one.endsWith("did not run"))).toEqual([
      ...["build", "gates", "production"].map((id) => `${id}: did not run`),
    ])
    await problems(
      [publish, { ...staging, digests: { "staging/web": digest } }],
      {},
      {},
      undefined,
      "pricing-agent",
    )
    expect(await verifyDemo(out)).toContain("staging: staging does not run every component")
  })
})
