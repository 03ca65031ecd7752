import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import type { PolicyInForce } from "../../../pipelines/policy.ts"
import { assertMayChange } from "../../../pipelines/protection.ts"
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
    config: async () => ({ protectedBranches: ["main"], approvers: [] }),
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
