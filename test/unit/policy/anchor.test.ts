import { describe, expect, test } from "vitest"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import { anchorName, assertPolicyAnchor, setPolicyAnchor } from "../../../src/deploy/driver/policy-anchor.ts"
import { MemoryApi } from "../deploy/support/memory-api.ts"
import { environmentOf } from "../deploy/support/sets.ts"

const environment = environmentOf({ name: "production", protected: true })
const anchor = { repository: "a".repeat(40), branch: "main" }
const asked = { environment, policyAnchor: anchor }

async function anchored(): Promise<MemoryApi> {
  const api = new MemoryApi()
  await setPolicyAnchor(api, asked)
  return api
}

describe("V03 the policy that a protected environment follows", () => {
  test("is set by the first deployment, and stays", async () => {
    const api = await anchored()
    await setPolicyAnchor(api, { ...asked, policyAnchor: { ...anchor, branch: "next" } })
    expect(await api.get(configMapPath(environment.namespace, anchorName))).toMatchObject({ data: anchor })
    await assertPolicyAnchor(api, asked)
  })

  test.each([
    [
      "another branch",
      { ...asked, policyAnchor: { ...anchor, branch: "feature/x" } },
      /branch is feature\/x, not main/,
    ],
    [
      "another repository",
      { ...asked, policyAnchor: { ...anchor, repository: "b".repeat(40) } },
      /repository is b{40}/,
    ],
    [
      "a tree that takes the protection away",
      { environment: { ...environment, protected: false }, policyAnchor: null },
      /not protected/,
    ],
    ["a call without a policy", { environment, policyAnchor: null }, /names no policy/],
  ])("refuses %s", async (_name, other, why) => {
    await expect(assertPolicyAnchor(await anchored(), other)).rejects.toMatchObject({
      code: "POLICY_REFUSED",
      detail: { why: expect.stringMatching(why) },
    })
  })

  test("is nothing where nothing was deployed yet", async () => {
    const api = new MemoryApi()
    await assertPolicyAnchor(api, asked)
    await setPolicyAnchor(api, { environment, policyAnchor: null })
    expect(await api.get(configMapPath(environment.namespace, anchorName))).toBeNull()
  })

  test("two first deployments agree, or the later one is refused", async () => {
    const other = { ...asked, policyAnchor: { ...anchor, branch: "next" } }
    const results = await Promise.allSettled([
      anchored().then((api) => Promise.all([setPolicyAnchor(api, asked), setPolicyAnchor(api, asked)])),
      (async () => {
        const api = new MemoryApi()
        const get = api.get.bind(api)
        let first = true
        // The other call sets it between our look and our write.
        api.get = async (path) => {
          const seen = await get(path)
          if (first) {
            first = false
            await setPolicyAnchor(api, other)
          }
          return seen
        }
        await setPolicyAnchor(api, asked)
      })(),
    ])
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"])
  })

  test("that cannot be read is no reason to go on", async () => {
    const api = await anchored()
    api.put(configMapPath(environment.namespace, anchorName), { metadata: { name: anchorName }, data: {} })
    await expect(assertPolicyAnchor(api, asked)).rejects.toMatchObject({ code: "STATE_DAMAGED" })
  })
})
