import { describe, expect, test } from "vitest"
import { parseConfig, policyChanges, policyHash, policyOf, underPolicy } from "../../../src/config/index.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { minimalConfig } from "./texts.ts"

const configOf = (...keys: readonly string[]) => {
  const listed = keys.map((publicKey) => ({ name: "release", publicKey }))
  return parseConfig(`${minimalConfig}signingKeys: ${JSON.stringify(listed)}\n`, "signalbox.yaml")
}
const { publicKey, privateKey } = newKeyPair("ed25519")
const own = newKeyPair("ed25519").publicKey

describe("the keys whose signatures count", () => {
  test("sibling of V05: are those of the base: a tree that names its own, or none, changes nothing", () => {
    expect(underPolicy(configOf(own), configOf(publicKey)).signingKeys).toEqual([
      { name: "release", publicKey },
    ])
    expect(underPolicy(configOf(), configOf(publicKey)).signingKeys).toHaveLength(1)
    expect(underPolicy(configOf(own), configOf()).signingKeys).toEqual([])
  })

  test("are part of the policy's hash, and a change of them is listed", () => {
    const policy = (...keys: readonly string[]) =>
      policyOf({ config: configOf(...keys), waivers: [], environments: {}, toolbox: null })
    expect(policyHash(policy(own))).not.toBe(policyHash(policy(publicKey)))
    expect(policyChanges(policy(publicKey), policy(own)).map(({ path }) => path)).toEqual(["signingKeys"])
    expect(policy()).not.toHaveProperty("signingKeys")
  })

  test.each([
    ["a private key", privateKey],
    ["a path", "keys/release.pub"],
    ["nothing", ""],
  ])("are public keys in PEM, and not %s", (_, text) => {
    expect(() => configOf(text)).toThrow(/CONFIG_INVALID[\s\S]*a public key in PEM/)
    let message = ""
    try {
      configOf(text)
    } catch (thrown) {
      message = String(thrown)
    }
    expect(message).not.toContain((privateKey.split("\n")[1] ?? "").slice(0, 20))
  })
})
