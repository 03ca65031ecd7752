/**
 * Section "proof": somebody with the registry's token and staging's namespace puts other evidence in the place of what CI
 * has written, and the protected job looks at it. Nothing of it becomes a plan that could be approved.
 */
import { beforeAll, describe, expect, test } from "vitest"
import { type ReleaseRecord, recordDigest, sha256 } from "../../../../src/domain/index.ts"
import type { Files } from "../../../../src/evidence/index.ts"
import { version } from "../../../cluster/deploy-support/shop.ts"
import { finalError } from "../../../engine/harness/index.ts"
import { git } from "../../../engine/support/repository.ts"
import { keys } from "../support/keys.ts"
import { envelopeOf, recordIn, statementOf, verifiedLedger, withRecord } from "../support/records.ts"
import { objectsIn, type Refusal, refused } from "../support/refused.ts"
import { type Scene, signing } from "../support/scene.ts"

let shop: Scene
let files: Files
let record: ReleaseRecord
let published = 0

/** Puts a release under a version of its own, and has the protected job plan it for production. */
async function attack(release: (version: string) => Promise<Files>, due: Refusal): Promise<void> {
  const wanted = `1.1.${published++}`
  await shop.registry.put("releases", `v${wanted}`, await release(wanted))
  await refused(() => shop.planForProduction(wanted), due, shop.watch, shop.canaries)
}

const changed =
  (change: Partial<ReleaseRecord>, by = keys.release) =>
  (wanted: string) =>
    withRecord(files, { ...record, version: wanted, ...change }, by)

/** @param given the scene, once it is set. */
export function registryAttacks(given: () => Scene): void {
  beforeAll(async () => {
    shop = given()
    files = await shop.registry.files("releases", `v${version}`)
    record = recordIn(files)
  })

  test("what nobody has touched waits for an approval, so that the refusals below are the attacks' own", async () => {
    const planned = await shop.planForProduction(version)
    expect([planned.code, finalError(planned)]).toEqual([0, ""])
    expect(planned.stdout).toMatch(/^sha256:[0-9a-f]{64}$/m)
  })

  describe("V05 a record in the place of CI's own", () => {
    const images = () => record.images.map((one) => ({ ...one, digest: sha256("the attacker's image") }))

    test("with an image of the attacker's, signed by the attacker: signed-record", () =>
      attack(
        changed(
          { images: images(), gates: record.gates.map(({ judged: _, ...gate }) => gate) },
          keys.attacker,
        ),
        [16, "rule signed-record"],
      ))

    test("with CI's signature of the record before it: signed-record", () =>
      attack(
        async (wanted) => {
          const own = await withRecord(files, { ...record, version: wanted, images: images(), gates: [] })
          return new Map([
            ...own,
            ["statements/release.json", files.get("statements/release.json") ?? new Uint8Array()],
          ])
        },
        [16, "rule signed-record"],
      ))

    test("of another version, to which the tag was moved: record-tag", () =>
      attack(async () => files, [16, "rule record-tag"]))

    test("of another project: record-project", () =>
      attack(changed({ project: "bank" }), [16, "rule record-project"]))

    test("of a commit that is on a feature branch only: protected-branch", async () => {
      const source = await shop.commitOn("feature/attack")
      await attack(changed({ source }), [16, "rule protected-branch"])
    })

    test("of a commit that nobody has, or was never pushed: protected-branch", () =>
      attack(changed({ source: { commit: "0".repeat(40), tree: record.source.tree } }), [
        16,
        "rule protected-branch",
      ]))

    test("of a protected commit and another tree: record-commit", () =>
      attack(changed({ source: { commit: record.source.commit, tree: "0".repeat(40) } }), [
        16,
        "rule record-commit",
      ]))
  })

  describe("V45 files beside the record that are not its own", () => {
    const replaced = (path: string, text: string) => async (wanted: string) =>
      new Map([...(await changed({})(wanted)), [path, Buffer.from(text)]])

    test("a gate's report that tells of no finding: gate-report", () =>
      attack(replaced("gates/vulnerabilities.json", '{"findings":[]}'), [16, "rule gate-report"]))

    test("other values: record-files", () =>
      attack(replaced("values/base.yaml", "components: { web: { replicas: 0 } }\n"), [
        16,
        "rule record-files",
      ]))

    test("a smoke test that every answer passes, where there was none: record-files", () =>
      attack(replaced("smoke.yaml", "checks: [{ name: x, path: / }]\n"), [16, "rule record-files"]))

    test("a chart with one more template: record-files", () =>
      attack(replaced("chart/templates/more.yaml", "kind: Job\n"), [16, "rule record-files"]))

    test("V34 a name that leaves the directory: nothing is written there", () =>
      attack(replaced("../../signalbox/src/deploy/driver/main.ts", "process.exit(0)\n"), [
        11,
        "STATE_DAMAGED",
      ]))
  })

  describe("V05 a verification that never was", () => {
    test("a ledger typed by hand in staging, and a statement that the attacker has signed: signed-verification", async () => {
      const wanted = `1.1.${published}`
      const forged: ReleaseRecord = { ...record, version: wanted }
      const ledger = verifiedLedger(forged, { fence: 99 })
      const [entry] = ledger.entries
      if (entry === undefined) throw new Error("the ledger is empty")
      const cluster = await shop.staging.kubectl([
        "get",
        "namespace",
        shop.staging.namespace,
        "-o",
        "jsonpath={.metadata.uid}",
      ])
      const statement = await envelopeOf(statementOf(entry, { cluster }), keys.attacker)
      const key = `staging-${recordDigest(forged).slice(7, 23)}-forged-1`
      await shop.registry.put(
        "verifications",
        key,
        new Map([["statements/verification-1.json", Buffer.from(JSON.stringify(statement))]]),
      )
      const own = await ledgerText()
      await writeLedger(JSON.stringify(ledger))
      try {
        await attack(changed({}), [16, "rule signed-verification", "of 1 statements 0 are signed"])
      } finally {
        await writeLedger(own)
      }
    })
  })

  test("V05 a tag of such a release, whose ledger in staging was typed by hand: it is deployed and tested there all the same", async () => {
    const wanted = `1.1.${published++}`
    const forged: ReleaseRecord = { ...record, version: wanted }
    await shop.registry.put("releases", `v${wanted}`, await withRecord(files, forged, keys.release))
    await git(shop.here.files.path, "tag", `v${wanted}`, record.source.commit)
    await writeLedger(JSON.stringify(verifiedLedger(forged, { fence: 99 })))
    const [staging, production] = [await objectsIn(shop.staging), await objectsIn(shop.production)]
    const release = ["release", "--tag", `v${wanted}`, "--kubeconfig", "env://PRODUCTION", ...signing]
    const ended = await shop.call([...release, "--from-kubeconfig", "env://STAGING"])
    // What waits for an approval now rests on the verification that this very call has signed.
    expect(ended.code).toBe(17)
    expect(`${ended.stdout}\n${ended.stderr}`).not.toContain("already runs")
    expect(await objectsIn(shop.staging)).not.toEqual(staging)
    expect(await objectsIn(shop.production)).toEqual(production)
  })
}

const ledgerMap = ["configmap", "signalbox-ledger"]

async function writeLedger(text: string): Promise<void> {
  const patch = JSON.stringify({ data: { "ledger.json": text } })
  await shop.staging.kubectl(["patch", ...ledgerMap, "--type=merge", "--patch", patch])
}

const ledgerText = () =>
  shop.staging.kubectl(["get", ...ledgerMap, "--output", "jsonpath={.data.ledger\\.json}"])
