/**
 * Section "proof": the attacker is there while CI's own calls run, or before them. What CI signs is what CI did, never what
 * it found.
 */
import { beforeAll, expect, test } from "vitest"
import { recordDigest, sha256 } from "../../../../src/domain/index.ts"
import { claimIn, payloadOf, readPublicKey, signerOf } from "../../../../src/evidence/statements/index.ts"
import { readEnvelope } from "../../../../src/evidence/statements/stored.ts"
import { evidenceStore } from "../../../cluster/deploy-support/published.ts"
import { version } from "../../../cluster/deploy-support/shop.ts"
import { finalError } from "../../../engine/harness/index.ts"
import { git, pushMain } from "../../../engine/support/repository.ts"
import { forgeEntries } from "../support/forger.ts"
import { keys } from "../support/keys.ts"
import { recordIn, withRecord } from "../support/records.ts"
import { objectsIn, refused } from "../support/refused.ts"
import type { Scene } from "../support/scene.ts"

let shop: Scene
const releaseKey = readPublicKey({ name: "release", publicKey: keys.release.publicKey })

/** Changes staging for good: whatever needs it as CI has left it comes before. @param given the scene, once it is set. */
export function callAttacks(given: () => Scene): void {
  beforeAll(() => {
    shop = given()
  })

  test("a record of the attacker's that lies there before CI publishes the version is not taken for CI's: signed-record", async () => {
    const files = await shop.registry.files("releases", `v${version}`)
    const { path } = shop.here.files
    await git(path, "commit", "--quiet", "--allow-empty", "--message", "feat: next")
    await pushMain(path)
    const source = {
      commit: await git(path, "rev-parse", "HEAD"),
      tree: await git(path, "rev-parse", "HEAD^{tree}"),
    }
    const record = recordIn(files)
    const images = record.images.map((one) => ({ ...one, digest: sha256("the attacker's image") }))
    const gates = record.gates.map(({ judged: _, ...gate }) => gate)
    await shop.registry.put(
      "releases",
      "v1.2.0",
      await withRecord(files, { ...record, version: "1.2.0", source, images, gates }),
    )
    await refused(
      () => shop.call(["publish", "--version", "1.2.0", "--signing-key", "env://SIGNING_KEY"]),
      [16, "rule signed-record"],
      shop.watch,
      shop.canaries,
    )
  })

  test("an entry of the ledger that the attacker changes while CI deploys to staging is not signed", async () => {
    const other = recordIn(await shop.registry.files("releases", "v1.2.0"))
    const forger = forgeEntries(shop.staging, other)
    // Whatever this call comes to: what counts is what carries CI's signature afterwards.
    await shop.deployToStaging(version)
    expect(await forger.stop()).toBeGreaterThan(0)
    const store = evidenceStore(shop.here.name)
    const claims = await Promise.all(
      (await store.keys("verifications", "staging-")).map(async (key) => {
        const found = (await store.get("verifications", key))?.files ?? new Map<string, Uint8Array>()
        const [envelope] = [...found.values()].map((content) => readEnvelope(content))
        const isSigned = envelope != null && signerOf(envelope, [releaseKey]) !== undefined
        return isSigned ? claimIn(payloadOf(envelope)) : undefined
      }),
    )
    const signed = claims.flatMap((claim) => (claim === undefined ? [] : [claim.release.record]))
    expect(signed.length).toBeGreaterThan(0)
    expect(signed).not.toContain(recordDigest(other))
  })

  test("an image's tag that the attacker moves is in no plan: the digest stays CI's", async () => {
    const [image] = recordIn(await shop.registry.files("releases", `v${version}`)).images
    const [other = ""] = (await shop.registry.tags()).flatMap(
      (one) => /\/web:(\S+\.att) /.exec(one)?.[1] ?? [],
    )
    await shop.registry.move("web", `v${version}`, other)
    expect(await shop.registry.digestOf("web", `v${version}`)).not.toBe(image?.digest)
    const planned = await shop.call([
      ...["plan", "--environment", "staging", "--release", version, "--kubeconfig", "env://STAGING", "json"],
    ])
    expect([planned.code, finalError(planned)]).toEqual([0, ""])
    expect(planned.stdout).toContain(`"web":"${image?.digest}"`)
  })

  test("V30 staging without ledger, journal and Lease is no fresh environment: STATE_DAMAGED", async () => {
    for (const [kind, name] of [
      ["configmap", "signalbox-ledger"],
      ["configmap", "signalbox-journal"],
      ["lease", "signalbox-lock"],
    ])
      await shop.staging.kubectl(["delete", kind ?? "", name ?? ""])
    const watch = async () => [...(await shop.watch()), ...(await objectsIn(shop.staging))]
    for (const attack of [() => shop.deployToStaging(version), () => shop.planForProduction(version)])
      await refused(attack, [11, "STATE_DAMAGED", "the ledger of staging is lost"], watch, shop.canaries)
  })
}
