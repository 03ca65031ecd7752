/** What a call says where the policy lists keys, and a later environment will miss their signatures. */
import type { Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { publishOutput } from "../../../pipelines/publish-output.ts"
import { unsignedRecord, unsignedVerification, warningText } from "../../../pipelines/unsigned.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { parseConfig } from "../../../src/config/index.ts"
import { releaseStatement, releaseStatementFile, unsignedEnvelope } from "../../../src/evidence/index.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { readSigningKey } from "../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../src/evidence/signing/sign.ts"
import { parseToolbox } from "../../../src/toolbox/index.ts"
import { minimalConfig } from "../config/texts.ts"
import { recordOf } from "../evidence/signing/support.ts"

const pair = newKeyPair("ed25519")
const own = await readSigningKey(pair.privateKey)
const other = await readSigningKey(newKeyPair("ed25519").privateKey)
const record = recordOf()
const envelope = unsignedEnvelope(releaseStatement(record))

/** A call under a policy that lists one key, or none. */
class Call extends Session {
  constructor(private readonly more: string) {
    super({} as Inputs)
  }
  override async config() {
    return parseConfig(minimalConfig + this.more, "signalbox.yaml")
  }
  override async toolbox() {
    const node = "tools: { node: { image: example/node:24, version: 24.9.0 } }\n"
    return parseToolbox(`schemaVersion: 1\n${node}`, "toolbox.yaml")
  }
}
const pem = pair.publicKey.trim().replaceAll("\n", "\n      ")
const withKey = new Call(`signingKeys:\n  - name: release\n    publicKey: |\n      ${pem}\n`)
const withoutKeys = new Call("")

const releaseOf = (statement?: object) => ({
  record,
  reference: "r.example/shop/releases:v1.4.0@sha256:1",
  files: {
    glob: async () => (statement === undefined ? [] : [releaseStatementFile]),
    file: () => ({ contents: async () => JSON.stringify(statement) }),
  } as unknown as Directory,
})

describe("sibling of V46: publish says that a protected environment will refuse the record", () => {
  test.each([
    ["that is not signed", releaseOf(envelope), /its record is not signed/],
    [
      "that another key has signed",
      releaseOf(signed(envelope, other)),
      /by none of the keys release \(sha256:/,
    ],
    ["that has no statement", releaseOf(), /there is no statement/],
  ])("%s", async (_, release, why) => {
    const output = JSON.parse(await publishOutput(withKey, { release, created: true }))
    expect(output.warnings).toEqual([
      {
        what: "release 1.4.0 is not signed by a key of the policy",
        why: expect.stringMatching(why),
        next: expect.stringContaining("--signing-key"),
      },
    ])
    expect(output.warnings[0].why).toContain("every protected environment will refuse it")
  })

  test.each([
    ["a key of the policy has signed it", withKey, releaseOf(signed(envelope, own))],
    ["the policy lists no key", withoutKeys, releaseOf(envelope)],
  ])("and nothing where %s", async (_, call, release) => {
    expect(await unsignedRecord(call, release)).toBeNull()
    expect(JSON.parse(await publishOutput(call, { release, created: false }))).not.toHaveProperty("warnings")
  })
})

describe("sibling of V46: deploy says that its verification will not count for a protected environment", () => {
  test.each([
    [
      "without a key",
      undefined,
      /^ {2}why: {3}the call has no --signing-key: .*promotes from staging will refuse/m,
    ],
    [
      "with another key",
      other.publicKey.id,
      /^ {2}why: {3}sha256:[0-9a-f]{64} is none of the keys release \(/m,
    ],
  ])("%s", async (_, key, why) => {
    const text = warningText(await unsignedVerification(withKey, "staging", key))
    expect(text).toMatch(/^warning: no key of the policy signs what this call verifies in staging\n/)
    expect(text).toMatch(why)
    expect(text).toMatch(/^ {2}next: {2}.*--signing-key/m)
  })

  test("and nothing with a key of the policy, or where it lists none", async () => {
    expect(await unsignedVerification(withKey, "staging", own.publicKey.id)).toBeNull()
    expect(warningText(await unsignedVerification(withoutKeys, "staging", undefined))).toBe("")
  })
})
