/** Files that settings of gates name are policy: a tree is judged by those of its base, and a change of one is told. */
import type { Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { treePolicy, withShared } from "../../../pipelines/tree-policy.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { parseSharedPolicy, policyChanges } from "../../../src/config/index.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { minimalConfig, minimalEnvironment } from "../config/texts.ts"

/** A call over a tree of these files. */
function sessionOf(files: Readonly<Record<string, string>>): Session {
  const contents = async (path: string) => {
    const text = files[path]
    if (text === undefined) throw new Error(`no such file: ${path}`)
    return text
  }
  const source = {
    exists: async (path: string) => Object.hasOwn(files, path),
    file: (path: string) => ({ contents: () => contents(path) }),
  }
  return new Session({ source: source as unknown as Directory } as Inputs)
}

const strict = "rules: [strict]\n"
const treeWith = (
  rules: Readonly<Record<string, string>>,
  gates = "{ static-analysis: { rules: [rules.yaml] } }",
) => ({
  "signalbox.yaml": `${minimalConfig}gates: ${gates}\n`,
  "environments/staging.yaml": minimalEnvironment,
  ...rules,
})

describe("a file of rules that gates.static-analysis names", () => {
  test("is told as a change of the policy, and changes its hash, where its text is another one", async () => {
    const base = await treePolicy(sessionOf(treeWith({ "rules.yaml": strict })))
    const own = await treePolicy(sessionOf(treeWith({ "rules.yaml": "rules: [loose]\n" })))
    expect(policyChanges(base.policy, own.policy)).toEqual([
      { path: 'files."rules.yaml"', from: sha256(strict), to: sha256("rules: [loose]\n") },
    ])
    expect(own.hash).not.toBe(base.hash)
  })

  test("is told where it is taken away", async () => {
    const base = await treePolicy(sessionOf(treeWith({ "rules.yaml": strict })))
    const own = await treePolicy(sessionOf(treeWith({})))
    expect(policyChanges(base.policy, own.policy)).toEqual([
      expect.objectContaining({ path: 'files."rules.yaml"', from: sha256(strict), to: "null" }),
    ])
  })

  test("is that of the base where a tree is held against one, and its own elsewhere", async () => {
    const base = sessionOf(treeWith({ "rules.yaml": strict }))
    const own = sessionOf(treeWith({ "rules.yaml": "rules: []\n" }))
    const held = own.withPolicy({ config: await own.config(), base })
    expect(await held.policyFile("rules.yaml")).toBe(strict)
    expect(await own.policyFile("rules.yaml")).toBe("rules: []\n")
    await expect(held.policyFile("other.yaml")).rejects.toMatchObject({ code: "CONFIG_MISSING" })
  })

  test("is a part of the policy where only a shared policy names it", async () => {
    const shared = await parseSharedPolicy(
      "schemaVersion: 1\ngates: { static-analysis: { rules: [rules.yaml] } }\n",
      "registry.example/policy",
    )
    const tree = await treePolicy(sessionOf(treeWith({ "rules.yaml": strict }, "{ static-analysis: {} }")))
    const extended = await withShared(tree, { reference: "registry.example/policy", policy: shared })
    expect(tree.policy.files).toBeUndefined()
    expect(extended.policy.files).toEqual({ "rules.yaml": sha256(strict) })
  })

  test("changes nothing for a tree that names none", async () => {
    const tree = await treePolicy(sessionOf(treeWith({}, "{ secrets: { history: true } }")))
    expect(tree.policy).not.toHaveProperty("files")
  })
})
