/** A protected production whose policy lists a key: what that key has signed comes in, and nothing else does. */
import { readFile } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { append, type StoredLedger } from "../../src/deploy/state/index.ts"
import { type ReleaseRecord, recordDigest, sha256 } from "../../src/domain/index.ts"
import { network } from "../../toolchain/network.ts"
import { finalError, type Outcome } from "../engine/harness/index.ts"
import type { Project } from "../engine/support/project.ts"
import { git, pushMain } from "../engine/support/repository.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"
import { evidenceStore } from "./deploy-support/published.ts"
import { releasedShop, version } from "./deploy-support/shop.ts"
import { newSigner, type Signer } from "./deploy-support/signer.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 400_000 })

const release = newSigner("RELEASE_KEY")
const foreign = newSigner("FOREIGN_KEY")
const unsigned = "1.1.0"
const signedByAnother = "1.2.0"
/** Signed by the key of the policy, and deployed nowhere. */
const unverified = "1.3.0"

let here: Project
let staging: TestEnvironment
let production: TestEnvironment
/** A namespace in which nothing was ever deployed. */
let elsewhere: TestEnvironment
let kubeconfigs: Readonly<Record<string, string>>

beforeAll(async () => {
  ;[staging, production, elsewhere] = await Promise.all([
    TestEnvironment.create("signed-staging"),
    TestEnvironment.create("signed-production"),
    TestEnvironment.create("signed-elsewhere"),
  ])
  kubeconfigs = {
    STAGING: await readFile(staging.kubeconfig, "utf8"),
    PRODUCTION: await readFile(production.kubeconfig, "utf8"),
    ELSEWHERE: await readFile(elsewhere.kubeconfig, "utf8"),
  }
  const environments = {
    staging: { namespace: staging.namespace },
    production: { namespace: production.namespace, protected: true, promotesFrom: "staging" },
  }
  here = await releasedShop(environments, release)
  for (const [other, key] of [
    [unsigned, null],
    [signedByAnother, foreign],
    [unverified, release],
  ] as const) {
    const published = await call(["publish", "--version", other], key)
    expect(finalError(published)).toBe("")
    // Who publishes is told at once what production will say days later.
    expect(JSON.parse(published.stdout).warnings?.length ?? 0).toBe(key === release ? 0 : 1)
  }
})

afterAll(async () => {
  await here?.[Symbol.asyncDispose]()
  await Promise.all([staging?.remove(), production?.remove(), elsewhere?.remove()])
})

function call(args: readonly string[], key: Signer | null): Promise<Outcome> {
  return here.call([...args, ...(key?.args ?? [])], { env: { ...kubeconfigs, ...key?.env } })
}

const toStaging = (command: string, key: Signer | null, ...more: readonly string[]) =>
  call([command, "--environment", "staging", "--kubeconfig", "env://STAGING", ...more], key)

function promote(of = version, from = "STAGING", ...more: readonly string[]): Promise<Outcome> {
  const access = ["--kubeconfig", "env://PRODUCTION", "--from-kubeconfig", `env://${from}`]
  return call(
    ["promote", "--release", of, "--from", "staging", "--to", "production", ...access, ...more],
    release,
  )
}

function planned(): Promise<Outcome> {
  const access = ["--kubeconfig", "env://PRODUCTION", "--from-kubeconfig", "env://STAGING"]
  return call(["plan", "--environment", "production", "--release", version, ...access, "markdown"], null)
}

/** Every object that a deployment to production could have made or changed. */
const productionNow = () =>
  production.kubectl([
    ...["get", "deployments,services,configmaps,secrets,leases,jobs", "--output"],
    "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{'\\n'}{end}",
  ])

/** Refused with 16 by this rule, and production is as it was. */
async function refuses(rule: RegExp, promotion: () => Promise<Outcome> = promote): Promise<void> {
  const before = await productionNow()
  const outcome = await promotion()
  expect({ code: outcome.code, error: finalError(outcome) }).toEqual({
    code: 16,
    error: expect.stringMatching(rule),
  })
  expect(await productionNow()).toBe(before)
}

const stagingLedger = () =>
  staging.kubectl(["get", "configmap", "signalbox-ledger", "--output", "jsonpath={.data.ledger\\.json}"])

it("V05 a record that nobody has signed, or another key, is refused", async () => {
  await refuses(/rule signed-record: its record is not signed/, () => promote(unsigned))
  await refuses(/rule signed-record: its signature is by none of the keys release/, () =>
    promote(signedByAnother),
  )
})

it("V05 a verification that nobody has signed, or another key, is refused", async () => {
  const withoutKey = await toStaging("deploy", null, "--release", version)
  expect(finalError(withoutKey)).toBe("")
  expect(withoutKey.stdout).toMatch(
    /^warning: no key of the policy signs what this call verifies in staging$/m,
  )
  await refuses(/rule signed-verification: of 0 statements 0 are signed/)
  const withAnother = await toStaging("deploy", foreign, "--release", version)
  expect(finalError(withAnother)).toBe("")
  expect(withAnother.stdout).toMatch(/^ {2}why: .*is none of the keys release \(sha256:/m)
  await refuses(/rule signed-verification: of 1 statements 0 are signed/)
})

it("what the key has signed is planned with its earlier verification, and promoted", async () => {
  const signed = await toStaging("deploy", release, "--release", version)
  expect(finalError(signed)).toBe("")
  expect(signed.stdout).not.toContain("warning: no key")
  const plan = await planned()
  expect(plan.stdout).toMatch(
    /## Verified before\n\n- in staging, by deploy operation `\S+` of .+\n- on \S+; it counts until \S+\n- signed by the key release /,
  )
  const waiting = await promote()
  expect(waiting.code).toBe(17)
  const hash = /--approve (sha256:[0-9a-f]{64})/.exec(finalError(waiting))?.[1] ?? "none"
  const promoted = await promote(version, "STAGING", "--approve", hash)
  expect({ code: promoted.code, error: finalError(promoted) }).toEqual({ code: 0, error: "" })
  const digests = await staging.podDigests()
  expect(digests).toHaveLength(1)
  expect(await production.podDigests()).toEqual(digests)
})

it("V05 a failed test by hand that is signed outlasts a ledger that is set back to before it", async () => {
  const before = await stagingLedger()
  await staging.kubectl(["scale", "deployment/web", "--replicas=0"])
  expect((await toStaging("smoke", release)).code).toBe(10)
  await staging.kubectl(["scale", "deployment/web", "--replicas=1"])
  await refuses(/a smoke test by hand failed there/)
  await setLedger(staging, before)
  await refuses(/rule verification-revoked: operation \S+ ended failed/)
  expect(finalError(await toStaging("deploy", release, "--release", version))).toBe("")
  expect(finalError(await planned())).toBe("")
})

it("V05 the ledger of another namespace in the place of staging's is refused", async () => {
  await elsewhere.kubectl([
    "create",
    "configmap",
    "signalbox-ledger",
    `--from-literal=ledger.json=${await stagingLedger()}`,
  ])
  const file = "environments/staging.yaml"
  const own = await here.files.read(file)
  await commit(file, own.replace(staging.namespace, elsewhere.namespace))
  await refuses(/rule verification-cluster: it was verified in namespace \S+, the ledger is of /, () =>
    promote(version, "ELSEWHERE"),
  )
  await commit(file, own)
})

it("V05 a line that somebody else writes into the ledger while an operation runs is not signed with it", async () => {
  const former = (await staging.journal())?.operation
  const deployment = toStaging("deploy", release, "--release", version)
  const operation = await operationAfter(former)
  const ledger = JSON.parse(await stagingLedger()) as StoredLedger
  await setLedger(staging, JSON.stringify(append(ledger, await slippedIn(operation, ledger.fence))))
  await deployment
  await refuses(/rule signed-verification: of 0 statements 0 are signed/, () => promote(unverified))
})

it("V05 a verification that was deleted in the registry is refused", async () => {
  const repository = `${network.applicationImages.slice(network.registry.length + 1)}/${here.name}/verifications`
  const keys = await evidenceStore(here.name).keys("verifications", "staging-")
  expect(keys.length).toBeGreaterThan(0)
  for (const key of keys) await deleteManifest(repository, key)
  await refuses(/rule signed-verification: of 0 statements 0 are signed/)
})

/** The operation that begins after another one, as everybody who may read the namespace sees it. */
async function operationAfter(former: string | undefined): Promise<string> {
  for (;;) {
    const operation = (await staging.journal())?.operation
    if (operation !== undefined && operation !== former) return operation
    await sleep(20)
  }
}

/** Says that an operation has verified a release that nobody has deployed. */
async function slippedIn(operation: string, fence: number): Promise<Parameters<typeof append>[1]> {
  const stored = await evidenceStore(here.name).get("releases", `v${unverified}`)
  const text = Buffer.from(stored?.files.get("record.json") ?? []).toString("utf8")
  const record = JSON.parse(text) as ReleaseRecord
  const digest = sha256("whatever")
  return {
    ...{ operation, kind: "deploy", fence, at: new Date().toISOString(), by: "somebody", revision: 0 },
    ...{ outcome: "verified", planHash: digest },
    set: {
      ...{ version: unverified, record: recordDigest(record), chart: record.chart.digest },
      images: Object.fromEntries(record.images.map((image) => [image.component, image.digest])),
      ...{ values: digest, manifests: digest },
    },
  }
}

async function setLedger(environment: TestEnvironment, ledger: string): Promise<void> {
  const patch = JSON.stringify({ data: { "ledger.json": ledger } })
  await environment.kubectl(["patch", "configmap", "signalbox-ledger", "--type", "merge", "--patch", patch])
}

/** Onto the protected branch, as whoever may merge there can. */
async function commit(file: string, text: string): Promise<void> {
  await here.write({ [file]: text })
  await git(here.files.path, "add", "--all")
  await git(here.files.path, "commit", "--quiet", "--message", `chore: ${file}`)
  await pushMain(here.files.path)
}

async function deleteManifest(repository: string, tag: string): Promise<void> {
  const at = (reference: string) => `http://${network.registry}/v2/${repository}/manifests/${reference}`
  const headers = { accept: "application/vnd.oci.image.manifest.v1+json" }
  const digest = (await fetch(at(tag), { method: "HEAD", headers })).headers.get("docker-content-digest")
  const { status } = await fetch(at(digest ?? "none"), { method: "DELETE" })
  expect(status).toBe(202)
}
