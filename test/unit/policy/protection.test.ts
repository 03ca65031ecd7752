import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import type { PolicyInForce } from "../../../pipelines/policy.ts"
import { assertMayChange, assertPlaceOfBase } from "../../../pipelines/protection.ts"
import { assertWillBeSigned } from "../../../pipelines/route.ts"
import type { Session } from "../../../src/call/index.ts"
import { type PolicyIdentity, sha256 } from "../../../src/domain/index.ts"
import { parseToolbox } from "../../../src/toolbox/index.ts"
import { environmentOf } from "../deploy/support/sets.ts"

const ofMain: PolicyIdentity = {
  source: "base",
  ref: "refs/remotes/origin/main",
  commit: "a".repeat(40),
  branch: "main",
  hash: sha256("policy"),
}

const toolboxText = readFileSync("toolbox.yaml", "utf8").replaceAll(
  "digest: unresolved",
  `digest: "${sha256("image")}"`,
)

function policy(identity: PolicyIdentity, toolbox = toolboxText): PolicyInForce {
  const session = {
    toolbox: async () => parseToolbox(toolbox, "toolbox.yaml"),
    config: async () => ({ protectedBranches: ["main"], approvers: [], gates: {} }),
  }
  return { identity, session } as unknown as PolicyInForce
}

const production = environmentOf({ name: "production", protected: true })
const loose = (tool: string) =>
  toolboxText.replace(new RegExp(`( ${tool}: .*digest: )"sha256:[0-9a-f]{64}"`), "$1unresolved")

describe("V16 a call that changes a protected environment", () => {
  test("goes on with the policy of a protected branch and tools by digest", async () => {
    await expect(assertMayChange(policy(ofMain), production)).resolves.toBeUndefined()
  })

  test.each(["kubectl", "k6", "helm", "node"])("is refused while %s is not named by digest", async (tool) => {
    expect(loose(tool)).not.toBe(toolboxText)
    await expect(assertMayChange(policy(ofMain, loose(tool)), production)).rejects.toMatchObject({
      code: "POLICY_REFUSED",
      exitCode: 16,
      detail: { why: expect.stringContaining(`tools.${tool}`) },
    })
  })

  test("is not refused for that where the environment is not protected", async () => {
    const staging = environmentOf({ name: "staging" })
    await expect(assertMayChange(policy(ofMain, loose("kubectl")), staging)).resolves.toBeUndefined()
  })

  test.each<[string, PolicyIdentity, string]>([
    ["without a base revision", { source: "own", hash: ofMain.hash, why: "no remote" }, "USAGE"],
    ["by a base without signalbox.yaml", { ...ofMain, source: "first" }, "POLICY_REFUSED"],
    [
      "by a local branch",
      { source: "base", ref: "refs/heads/main", commit: "a", hash: ofMain.hash },
      "POLICY_REFUSED",
    ],
  ])("V03 V04 is refused %s", async (_name, identity, code) => {
    await expect(assertMayChange(policy(identity), production)).rejects.toMatchObject({ code })
    await expect(
      assertMayChange(policy(identity), environmentOf({ name: "staging" })),
    ).resolves.toBeUndefined()
  })
})

describe("sibling of V45: a commit is published where the base says", () => {
  const place = { project: "shop", registry: "registry.example" }
  const asked = (own: Partial<typeof place>, basePlace: typeof place | undefined, toolbox = toolboxText) =>
    assertPlaceOfBase({ ...policy(ofMain, toolbox), basePlace }, "c0ffee", { ...place, ...own })

  test.each([{ project: "bank" }, { registry: "registry.example.attacker" }])(
    "another one is refused, and both are named: %j",
    async (own) => {
      const [[name, value] = []] = Object.entries(own)
      await expect(asked(own, place)).rejects.toMatchObject({
        code: "POLICY_REFUSED",
        detail: { where: `c0ffee: signalbox.yaml: ${name}`, why: expect.stringContaining(`"${value}"`) },
      })
    },
  )

  test("the same is not, nor is any where the base has none, nor a registry that the toolbox wins over", async () => {
    await expect(asked({}, place)).resolves.toBeUndefined()
    await expect(asked({ project: "bank" }, undefined)).resolves.toBeUndefined()
    const ofToolbox = `registry: registry.example/apps\n${toolboxText}`
    await expect(asked({ registry: "another.example" }, place, ofToolbox)).resolves.toBeUndefined()
    await expect(asked({ project: "bank" }, place, ofToolbox)).rejects.toMatchObject({ exitCode: 16 })
  })
})

describe("sibling of C17: a release for a protected environment is not published unsigned", () => {
  const call = (keys: readonly string[], signing: object | undefined) =>
    ({
      inputs: { signing },
      config: async () => ({ signingKeys: keys.map((name) => ({ name })) }),
      environment: async (name: string) => environmentOf({ name, protected: name === "production" }),
    }) as unknown as Session

  test("where the policy lists keys and the call has none: signed-record", async () => {
    await expect(
      assertWillBeSigned(call(["release"], undefined), ["staging", "production"]),
    ).rejects.toMatchObject({
      exitCode: 16,
      detail: { where: "production", why: expect.stringContaining("rule signed-record") },
    })
  })

  test.each<[string, readonly string[], object | undefined, readonly string[]]>([
    ["with a key", ["release"], {}, ["staging", "production"]],
    ["where no key counts", [], undefined, ["staging", "production"]],
    ["where no environment is protected", ["release"], undefined, ["staging"]],
  ])("otherwise it is: %s", async (_, keys, signing, names) => {
    await expect(assertWillBeSigned(call(keys, signing), names)).resolves.toBeUndefined()
  })
})
