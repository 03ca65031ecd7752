/**
 * cosign itself over what Signalbox has signed. Nothing else needs cosign, and building it takes minutes: it is built once,
 * and only with --full.
 */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { type Cosign, cosignAt, password, verifying } from "./support/cosign.ts"
import { type Project, project } from "./support/project.ts"
import { failedAlone, republished } from "./support/republished.ts"

const minute = 60_000
vi.setConfig({ testTimeout: 10 * minute, hookTimeout: 60 * minute })

const types = ["slsaprovenance1", "urn:signalbox:release-record:v1"]
/** Where cosign looks: at bundles, or only under its tag. */
const places = [
  ["as bundles", []],
  ["under cosign's tag", ["--new-bundle-format=false"]],
] as const

describe.runIf(process.env.SIGNALBOX_FULL !== undefined)("cosign", () => {
  let here: Project
  let tool: Cosign
  /** By the pair that signed its release. */
  const images: Record<string, string> = {}
  const keyOf = (pair: string, kind: "key" | "pub") => join(tool.place, `${pair}.${kind}`)

  beforeAll(async () => {
    const { cosign } = await import("../../toolchain/index.ts")
    tool = await cosignAt(await cosign())
    here = await project()
    for (const pair of ["cosign", "other"]) {
      const made = await tool.run(["generate-key-pair", "--output-key-prefix", pair])
      expect(made).toMatchObject({ code: 0 })
    }
    const made = await here.call(
      ["key", "new", "--password", "env://SIGNING_PASSWORD", "export", "--path", tool.place],
      { env: { SIGNING_PASSWORD: password } },
    )
    expect(finalError(made)).toBe("")
    images.cosign = await publish("0.1.0-rc.1", "cosign")
    images.signalbox = await publish("0.1.0-rc.2", "signalbox")
  })

  afterAll(async () => {
    await tool[Symbol.asyncDispose]()
    await here[Symbol.asyncDispose]()
  })

  /** Address of the image of a release that is signed with a key file as it is. */
  async function publish(version: string, pair: string): Promise<string> {
    const key = [
      "--signing-key",
      `file://${keyOf(pair, "key")}`,
      "--signing-key-password",
      "env://KEY_PASSWORD",
    ]
    const published = await here.call(["publish", "--version", version, ...key], {
      env: { KEY_PASSWORD: password },
    })
    expect(finalError(published)).toBe("")
    return JSON.parse(published.stdout).images.web
  }

  const verify = (image: string, pair: string, type: string, more: readonly string[] = []) =>
    tool.run([...verifying(keyOf(pair, "pub"), type), ...more, image])

  it("wrote one of the key files itself, and key new the other", async () => {
    expect(await readFile(keyOf("cosign", "key"), "utf8")).toContain("ENCRYPTED SIGSTORE PRIVATE KEY")
    expect(await readFile(keyOf("signalbox", "key"), "utf8")).toContain("BEGIN ENCRYPTED PRIVATE KEY")
  })

  describe.each(places)("%s", (_, more) => {
    it.each(["cosign", "signalbox"])(
      "accepts record and provenance that the pair of %s signed",
      async (pair) => {
        for (const type of types) {
          const answer = await verify(images[pair] ?? "", pair, type, more)
          expect(answer).toMatchObject({ code: 0 })
          expect(answer.stderr).toContain("The signatures were verified against the specified public key")
          const { payload } = JSON.parse(answer.stdout.trim().split("\n")[0] ?? "")
          expect(JSON.parse(Buffer.from(payload, "base64").toString())._type).toBe(
            "https://in-toto.io/Statement/v1",
          )
        }
      },
    )

    it("refuses them by another key, and as a kind that is not there", async () => {
      const other = await verify(images.cosign ?? "", "other", "slsaprovenance1", more)
      expect(other).toMatchObject({ code: 1, stdout: "" })
      expect(other.stderr).toContain("accepted signatures do not match threshold")
      const vuln = await verify(images.cosign ?? "", "cosign", "vuln", more)
      expect(vuln).toMatchObject({ code: 1, stdout: "" })
      expect(vuln.stderr).toContain("none of the attestations matched the predicate type: vuln")
    })

    it("refuses a statement of which one character was changed, and accepts it unchanged", async () => {
      const whole = await republished(images.cosign ?? "", `${here.name}-whole`)
      expect(await verify(whole, "cosign", "slsaprovenance1", more)).toMatchObject({ code: 0 })
      const changed = await republished(images.cosign ?? "", `${here.name}-changed`, (statement) =>
        statement.replace("0.1.0-rc", "0.1.1-rc"),
      )
      const refused = await verify(changed, "cosign", "slsaprovenance1", more)
      expect(refused).toMatchObject({ code: 1, stdout: "" })
      expect(refused.stderr).toContain("accepted signatures do not match threshold")
    })
  })

  it("asks nobody but the registry: nothing of Sigstore's servers is fetched or stored", async () => {
    expect(await verify(images.cosign ?? "", "cosign", "slsaprovenance1")).toMatchObject({ code: 0 })
    expect(await tool.stored()).toEqual([])
    const asking = await tool.run(
      verifying(keyOf("cosign", "pub"), "slsaprovenance1")
        .filter((flag) => flag !== "--insecure-ignore-tlog")
        .concat(images.cosign ?? ""),
    )
    expect(asking.code).toBe(1)
    expect(asking.stderr).toMatch(/trusted root.+TUF/)
  })

  it("accepts them with a trusted root of our own, which is no way around the transparency log", async () => {
    expect(await tool.run(["trusted-root", "create", "--out", "root.json"])).toMatchObject({ code: 0 })
    const flags = verifying(keyOf("cosign", "pub"), "slsaprovenance1")
    const trusting = [...flags, "--trusted-root", "root.json", images.cosign ?? ""]
    expect(await tool.run(trusting)).toMatchObject({ code: 0 })
    const logged = await tool.run(trusting.filter((flag) => flag !== "--insecure-ignore-tlog"))
    expect(logged).toMatchObject({ code: 1, stdout: "" })
    expect(logged.stderr).toContain("not enough verified log entries from transparency log: 0 < 1")
  })

  it("accepts a copy in a directory without any network", async () => {
    const saved = await tool.run(["save", "--allow-http-registry", "--dir", "saved", images.cosign ?? ""])
    expect(saved).toMatchObject({ code: 0 })
    const local = (pair: string) =>
      tool.offline([...verifying(keyOf(pair, "pub"), "slsaprovenance1"), "--local-image", "saved"])
    expect(await local("cosign")).toMatchObject({ code: 0 })
    expect(await local("other")).toMatchObject({ code: 1, stdout: "" })
  })

  it("V05 finds them beside signatures of its own: where an image has bundles, it looks at nothing else", async () => {
    const image = await republished(images.cosign ?? "", `${here.name}-both`)
    const signing = ["--key", keyOf("other", "key"), "--tlog-upload=false", "--use-signing-config=false"]
    expect(await tool.run(["sign", "--allow-http-registry", ...signing, image])).toMatchObject({ code: 0 })
    for (const type of types) expect(await verify(image, "cosign", type)).toMatchObject({ code: 0 })
    expect(await verify(image, "other", "slsaprovenance1")).toMatchObject({ code: 1, stdout: "" })
  })

  it("takes no failure for a signature of the image, and a policy refuses it among verifications", async () => {
    const key = { file: await readFile(keyOf("cosign", "key"), "utf8"), password }
    const image = await failedAlone(images.cosign ?? "", `${here.name}-failed`, key)
    const signature = [
      "verify",
      "--allow-http-registry",
      "--key",
      keyOf("cosign", "pub"),
      "--insecure-ignore-tlog",
    ]
    expect(await tool.run([...signature, image])).toMatchObject({ code: 10, stdout: "" })
    await writeFile(join(tool.place, "verified.cue"), 'predicate: result: "verified"\n')
    const type = "urn:signalbox:verification:v1"
    expect(await verify(image, "cosign", type)).toMatchObject({ code: 0 })
    const judged = await verify(image, "cosign", type, ["--policy", "verified.cue"])
    expect(judged).toMatchObject({ code: 1, stdout: "" })
    expect(judged.stderr).toContain('conflicting values "failed" and "verified"')
  })
})
