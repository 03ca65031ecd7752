/** Two engines that share nothing, against one environment: what keeps it whole lies in the environment. */
import { readFile } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError, type Outcome } from "../engine/harness/index.ts"
import { engineIsBuilt, type FurtherEngine, startEngine } from "../engine/support/further-engine.ts"
import type { Project } from "../engine/support/project.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"
import { releasedShop, version } from "./deploy-support/shop.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

describe.runIf(await engineIsBuilt())("two engines against one environment", () => {
  const next = "1.1.0"
  let staging: TestEnvironment
  let other: FurtherEngine
  let here: Project
  let kubeconfig: string

  beforeAll(async () => {
    staging = await TestEnvironment.create("two-engines")
    kubeconfig = await readFile(staging.kubeconfig, "utf8")
    here = await releasedShop({ staging: { namespace: staging.namespace } })
    expect(finalError(await here.call(["publish", "--version", next]))).toBe("")
    other = await startEngine({ instance: "other", reach: "machine" })
  })
  afterAll(async () => {
    await other?.[Symbol.asyncDispose]()
    await here?.[Symbol.asyncDispose]()
    await staging?.remove()
  })

  function deploy(release: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const access = ["--environment", "staging", "--kubeconfig", "env://STAGING"]
    return here.call(["deploy", ...access, "--release", release], { env: { STAGING: kubeconfig, ...env } })
  }

  it("deploy one after the other, and what the last one recorded is what runs", async () => {
    const outcomes = await Promise.all([deploy(version), deploy(next, other.environment)])
    expect(outcomes.map((outcome) => [outcome.code, finalError(outcome)])).toEqual([
      [0, ""],
      [0, ""],
    ])
    const entries = (await staging.ledger())?.entries ?? []
    expect(entries.map(({ fence }) => fence)).toEqual([1, 2])
    expect(await staging.podDigests()).toEqual([entries[1]?.set.images.web])
  })

  it("what one has deployed, the other one finds in place", async () => {
    const running = (await staging.ledger())?.entries.at(-1)?.set.version ?? ""
    for (const env of [{}, other.environment]) {
      const outcome = await deploy(running, env)
      expect([outcome.code, finalError(outcome)]).toEqual([0, ""])
      expect(outcome.stdout).toContain("already runs")
    }
  })
})
