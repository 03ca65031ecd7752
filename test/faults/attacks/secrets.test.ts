/**
 * Section "secrets": whoever may read what a call has said, stored and exported, the registry and the CI's artifacts looks for
 * the secrets that the call was given, and for those that the application shouts into its log while it crashes.
 */
import { randomUUID } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { stringify } from "yaml"
import { TestEnvironment } from "../../cluster/deploy-support/environment.ts"
import { releasedShop, version } from "../../cluster/deploy-support/shop.ts"
import { finalError, type Outcome } from "../../engine/harness/index.ts"
import type { Project } from "../../engine/support/project.ts"
import { keys } from "./support/keys.ts"
import { type Canaries, leaksBelow, leaksIn } from "./support/leaks.ts"
import { ProjectRegistry } from "./support/registry.ts"
import { canariesOf } from "./support/scene.ts"

const password = `correct horse ${randomUUID()}`
const buildToken = `canary-${randomUUID()}`
const registryToken = `canary-${randomUUID()}`

/** Prints what it was given in every form that a person could read it from, and ends. */
const shouting = `import { gzipSync } from "node:zlib"

const secret = process.env.DATABASE_PASSWORD ?? "nothing"
const packed = gzipSync(JSON.stringify({ user: "shop", secret })).toString("base64")
console.log("connecting with " + secret)
console.log("header Basic " + Buffer.from("shop:" + secret).toString("base64"))
console.log("dump " + packed)
console.log("dump of the dump " + Buffer.from(packed).toString("base64"))
console.log("hex " + Buffer.from(secret).toString("hex"))
console.log("url postgres://shop:" + encodeURIComponent(secret) + "@db")
console.error(JSON.stringify({ environment: process.env }))
process.exit(3)
`

let here: Project
let staging: TestEnvironment
let canaries: Canaries
let env: Readonly<Record<string, string>>
let out: string
const said: Record<string, Outcome> = {}

const given = [
  ...["--registry-token", "env://REGISTRY_TOKEN"],
  ...["with-build-secret", "--name", "npmrc", "--value", "env://NPMRC"],
]
const toStaging = ["--environment", "staging", "--kubeconfig", "env://STAGING"]

async function call(name: string, ...args: string[]): Promise<Outcome> {
  const ended = await here.call(args, { env })
  said[name] = ended
  return ended
}

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "signalbox-leaks-"))
  staging = await TestEnvironment.create("attack-secrets")
  await staging.kubectl(["create", "secret", "generic", "database", `--from-literal=password=${password}`])
  env = {
    ...{ STAGING: await readFile(staging.kubeconfig, "utf8"), SIGNING_KEY: keys.release.privateKey },
    ...{ REGISTRY_TOKEN: registryToken, NPMRC: `//npm.invalid/:_authToken=${buildToken}\n` },
  }
  canaries = {
    ...canariesOf({ STAGING: env.STAGING ?? "", SIGNING_KEY: keys.release.privateKey }),
    ...{
      "the build secret": buildToken,
      "the registry's token": registryToken,
      "the pod's secret": password,
    },
  }
  const secretEnv = { DATABASE_PASSWORD: { name: "database", key: "password" } }
  here = await releasedShop(
    {
      staging: {
        namespace: staging.namespace,
        values: "deploy/staging.yaml",
        timeouts: { rollout: "25s", rollback: "20s" },
      },
    },
    undefined,
    {
      ...{ before: given, env, publish: ["--signing-key", "env://SIGNING_KEY"] },
      files: {
        "web/src/server.ts": shouting,
        "deploy/staging.yaml": stringify({ components: { web: { secretEnv } } }),
      },
      change: (config) => config.replace(/coverageMinimum: \d+/, "coverageMinimum: 0"),
    },
  )
  await call(
    "deploy",
    ...given,
    "deploy",
    "--release",
    version,
    ...toStaging,
    "--signing-key",
    "env://SIGNING_KEY",
  )
  await call(
    "gates",
    ...given,
    "gates",
    "--context",
    "release",
    "reports",
    "export",
    "--path",
    join(out, "gates"),
  )
  await call(
    "operation",
    ...given,
    "operation",
    ...toStaging,
    "reports",
    "export",
    "--path",
    join(out, "operation"),
  )
  await call("record", "record", "--release", version, "export", "--path", join(out, "record"))
  await call("status", ...given, "status", ...toStaging)
  await call(
    "plan",
    ...given,
    "plan",
    "--release",
    version,
    ...toStaging,
    "files",
    "export",
    "--path",
    join(out, "plan"),
  )
})
afterAll(async () => {
  await here?.[Symbol.asyncDispose]()
  await staging?.remove()
  await rm(out, { recursive: true, force: true })
})

describe("V32 V34 what the attacker may read", () => {
  test("the application did print its secret, and CI's calls did what they were asked: else nothing below says anything", async () => {
    const log = await staging.kubectl(["logs", "--selector", "app.kubernetes.io/component=web", "--tail=-1"])
    expect(leaksIn(Buffer.from(log), canaries)).toEqual(["the pod's secret"])
    expect(said.deploy?.code).toBe(18)
    for (const name of ["gates", "operation", "record", "status"])
      expect([name, finalError(said[name] as Outcome)]).toEqual([name, ""])
    expect(JSON.parse(await readFile(join(out, "gates", "report.json"), "utf8"))).toMatchObject({
      verdict: "pass",
    })
  })

  test("no output of any call has a secret", () => {
    for (const [name, { stdout, stderr }] of Object.entries(said))
      expect([name, leaksIn(Buffer.from(`${stdout}\n${stderr}`), canaries)]).toEqual([name, []])
  })

  test("no report, plan, record, log or diagnosis that was exported has one", async () => {
    expect(await leaksBelow(out, canaries)).toEqual([])
  })

  test("nothing in the registry has one: images and their layers, records, statements, operations, claims", async () => {
    const found: string[] = []
    let searched = 0
    for await (const [name, bytes] of new ProjectRegistry(here.name).contents()) {
      searched++
      found.push(...leaksIn(bytes, canaries).map((canary) => `${name}: ${canary}`))
    }
    expect(found).toEqual([])
    expect(searched).toBeGreaterThan(20)
  })

  test("no ConfigMap, journal, ledger, event or Helm release in the namespace has one", async () => {
    const kinds = ["configmaps,events,leases,deployments,pods,jobs", "secrets --selector owner=helm"]
    for (const kind of kinds) {
      const text = await staging.kubectl(["get", ...kind.split(" "), "--output", "yaml"])
      expect(text.length).toBeGreaterThan(200)
      expect([kind, leaksIn(Buffer.from(text), canaries)]).toEqual([kind, []])
    }
  })
})
