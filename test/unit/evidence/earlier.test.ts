/** Releases that commit bef7440 published: unsigned, and without digests of their values and tests. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { recordRefusals } from "../../../src/deploy/plan/trust.ts"
import { recordDigest } from "../../../src/domain/index.ts"
import { earlierRelease, parseRecord, verifyRecord } from "../../../src/evidence/index.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { environmentOf } from "../deploy/support/sets.ts"

interface Recorded {
  readonly manifests: Readonly<Record<string, string>>
  /** Base64 by digest. */
  readonly blobs: Readonly<Record<string, string>>
}
const recorded: Recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../recorded/earlier/evidence.json"), "utf8"),
)

function filesOf(manifest: string): Map<string, Uint8Array> {
  const { layers }: { layers: { digest: string; annotations: Record<string, string> }[] } =
    JSON.parse(manifest)
  return new Map(
    layers.map(({ digest, annotations }) => [
      annotations["org.opencontainers.image.title"] ?? "",
      Buffer.from(recorded.blobs[digest] ?? "", "base64"),
    ]),
  )
}

const without = (files: ReadonlyMap<string, Uint8Array>, name: string) =>
  new Map([...files].filter(([one]) => one !== name))

describe.each(Object.entries(recorded.manifests))("the release %s of an earlier version", (_, manifest) => {
  const files = filesOf(manifest)
  const text = new TextDecoder().decode(files.get("record.json"))
  const record = parseRecord(text)
  const date = "2026-12-01T00:00:00Z"

  test("is read with the digest that it had, and is whole", () => {
    expect(JSON.parse(text)).toEqual(record)
    const checks = verifyRecord(files, { digest: recordDigest(record), date })
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect(checks).toContainEqual(
      expect.objectContaining({ name: "files", detail: expect.stringMatching(/smoke\.yaml/) }),
    )
  })

  test("says how its gates have judged, for the trend of later reports; a report that is not its own says nothing", () => {
    const { gates, unread, version, date: of, project } = earlierRelease(files)
    expect({ version, project, of }).toEqual({
      ...{ version: record.version, project: record.project, of: record.created.slice(0, 10) },
    })
    expect(unread).toEqual([])
    expect(gates.map(({ gate, verdict }) => ({ gate, verdict }))).toEqual(
      record.gates.map(({ gate, verdict }) => ({ gate, verdict })),
    )
    const [first] = record.gates
    const place = `gates/${first?.gate}.json`
    const other = JSON.parse(new TextDecoder().decode(files.get(place)))
    const text = JSON.stringify({ ...other, findings: [{ severity: "critical" }] })
    for (const changed of [new Map([...files, [place, Buffer.from(text)] as const]), without(files, place)]) {
      const read = earlierRelease(changed)
      expect(read.unread).toEqual([first?.gate])
      expect(read.gates).toHaveLength(record.gates.length - 1)
    }
    expect(() => earlierRelease(without(files, "record.json"))).toThrow("STATE_DAMAGED")
  })

  test("is refused only where the policy requires a signature", () => {
    const signingKeys = [{ name: "release", publicKey: newKeyPair("ed25519").publicKey }]
    const refused = (isProtected: boolean, keys: typeof signingKeys) =>
      recordRefusals(record, {
        ...{ project: record.project, date, statement: null, signingKeys: keys },
        environment: environmentOf({ protected: isProtected }),
      }).map(({ detail }) => detail.context?.rule)
    expect([refused(false, signingKeys), refused(true, [])]).toEqual([[], []])
    expect(refused(true, signingKeys)).toEqual(["signed-record"])
  })
})
