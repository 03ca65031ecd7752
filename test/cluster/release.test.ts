/** The call `release` over two environments: what is published is looked up once, and travels on as it was found. */
import { readFile } from "node:fs/promises"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { finalError, type Outcome } from "../engine/harness/index.ts"
import type { Project } from "../engine/support/project.ts"
import { git, pushMain } from "../engine/support/repository.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"
import { releasedShop } from "./deploy-support/shop.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const tag = "v1.1.0"
let here: Project
let staging: TestEnvironment
let qa: TestEnvironment
let kubeconfigs: Readonly<Record<string, string>>

beforeAll(async () => {
  staging = await TestEnvironment.create("release-staging")
  qa = await TestEnvironment.create("release-qa")
  kubeconfigs = {
    STAGING: await readFile(staging.kubeconfig, "utf8"),
    QA: await readFile(qa.kubeconfig, "utf8"),
  }
  here = await releasedShop({
    staging: { namespace: staging.namespace },
    qa: { namespace: qa.namespace, promotesFrom: "staging" },
  })
  const config = await here.files.read("signalbox.yaml")
  await here.write({ "signalbox.yaml": `${config}refs: [{ tag: "v*", environment: qa }]\n` })
  await git(here.files.path, "add", "--all")
  await git(here.files.path, "commit", "--quiet", "--message", "feat: tags go to qa")
  await pushMain(here.files.path)
  await git(here.files.path, "tag", tag)
})

afterAll(async () => {
  await here?.[Symbol.asyncDispose]()
  await staging?.remove()
  await qa?.remove()
})

function release(): Promise<Outcome> {
  const access = ["staging", "qa"].flatMap((name) => [
    ...["with-access", "--environment", name, "--kubeconfig", `env://${name.toUpperCase()}`],
  ])
  return here.call([...access, "release", "--tag", tag], { env: kubeconfigs })
}

/** How often the registry was asked for the release: execs of the program that does it, as the CLI numbers them. */
function lookUps({ stderr }: Outcome): number {
  const execs = stderr.matchAll(/^(\d+) +: .*withExec node \S+\/store\/main\.ts get --kind releases /gm)
  return new Set([...execs].map(([, number]) => number)).size
}

it("publishes, deploys to one and promotes to the other", async () => {
  const outcome = await release()
  expect({ code: outcome.code, error: finalError(outcome) }).toEqual({ code: 0, error: "" })
  expect(outcome.stdout).toContain('"made": true')
  expect(lookUps(outcome)).toBe(1)
  const digests = await staging.podDigests()
  expect(digests).toHaveLength(1)
  expect(await qa.podDigests()).toEqual(digests)
})

it("called again, finds what is published, verifies the last environment anew and changes nothing", async () => {
  const outcome = await release()
  expect({ code: outcome.code, error: finalError(outcome) }).toEqual({ code: 0, error: "" })
  expect(outcome.stdout).toMatch(/"made": false[\s\S]*staging already runs 1\.1\.0, verified until/)
  expect(outcome.stdout).toContain("roll-out: already runs, all pods ready")
  expect(lookUps(outcome)).toBe(1)
})
