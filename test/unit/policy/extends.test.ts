/** A tree that extends a shared policy, as calls read it: settings, environments, hash and what is listed as changed. */
import type { Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { treePolicy, withShared } from "../../../pipelines/tree-policy.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { parseSharedPolicy, policyChanges } from "../../../src/config/index.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { minimalConfig, minimalEnvironment } from "../config/texts.ts"

const reference = (letter: string) => `registry.example/policy@sha256:${letter.repeat(64)}`
const first = reference("a")
const environmentText = (name: string, more = "") => `${minimalEnvironment.replace("staging", name)}${more}`

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

const files = (more = "", production = "") => ({
  "signalbox.yaml": `${minimalConfig}extends: ${first}\n${more}`,
  "environments/staging.yaml": environmentText("staging"),
  "environments/production.yaml": environmentText("production", production),
})

const sharedText = `schemaVersion: 1
gates: { required: { fork: [secrets, images] } }
components: { coverageMinimum: 97 }
everyEnvironment: { acceptedDatabases: [{ name: trivy-db, maxAge: 12h }] }
environments: { production: { protected: true } }
`

async function extendedTree(tree: Readonly<Record<string, string>>, text = sharedText, named = first) {
  const policy = await parseSharedPolicy(text, named)
  return withShared(await treePolicy(sessionOf(tree)), { reference: named, policy })
}

describe("the policy of a tree that extends another one", () => {
  test("is what is judged by: settings, gates required by name, and environments", async () => {
    const { session, config, named, shared } = await extendedTree(files())
    expect(shared?.reference).toBe(first)
    expect((await session.config()).components.web?.coverageMinimum).toBe(97)
    expect(await session.config()).toBe(config)
    expect([named("fork"), named("release")]).toEqual([["secrets", "images"], []])
    const [production, staging] = [
      await session.environment("production"),
      await session.environment("staging"),
    ]
    expect([production.protected, staging.protected]).toEqual([true, false])
    expect(staging.acceptedDatabases.map(({ name, maxAge }) => `${name} ${maxAge}`)).toEqual(["trivy-db 12h"])
  })

  test("is what is hashed, whatever file a rule comes from", async () => {
    const loose = await extendedTree(files(), "schemaVersion: 1\n")
    const hashes = await Promise.all([
      ...[files(), files("protectedBranches: [main, next]\n"), files("", "protected: true\n")].map((tree) =>
        extendedTree(tree),
      ),
      ...[`${sharedText}signingKeys: []\n`.replace("signingKeys: []\n", ""), "schemaVersion: 1\n"].map(
        (text) => extendedTree(files(), text),
      ),
    ])
    const [strict, branches, alreadyProtected, same, none] = hashes.map(({ hash }) => hash)
    expect(same).toBe(strict)
    expect(none).toBe(loose.hash)
    expect(new Set([strict, branches, none]).size).toBe(3)
    // What the shared policy demands anyway is no other policy, wherever it is written.
    expect(alreadyProtected).toBe(strict)
    expect((await treePolicy(sessionOf(files()))).hash).not.toBe(strict)
  })

  test.each<[string, Readonly<Record<string, string>>, string, string | null]>([
    [
      "another digest",
      { ...files(), "signalbox.yaml": `${minimalConfig}extends: ${reference("b")}\n` },
      "schemaVersion: 1\n",
      reference("b"),
    ],
    ["none any more", { ...files(), "signalbox.yaml": minimalConfig }, "schemaVersion: 1\n", null],
  ])("is told setting by setting where a tree extends %s", async (_, tree, text, to) => {
    const [base, own] = [await extendedTree(files()), await extendedTree(tree, text)]
    const changes = new Map(policyChanges(base.policy, own.policy).map((one) => [one.path, one]))
    expect(changes.get("extends")).toEqual({ path: "extends", from: first, to })
    expect(changes.get("components.web.coverageMinimum")).toMatchObject({ from: "97", to: "88" })
    expect(changes.get("environments.production.protected")).toMatchObject({ from: "true", to: null })
    expect([...changes.keys()]).toContain("gates.required.fork")
    expect([...changes.keys()]).toContain("environments.staging.acceptedDatabases")
  })

  test("P08 tells the gates that the shared policy requires by name, also where they are required anyway", async () => {
    const own = { ...files(), "signalbox.yaml": minimalConfig }
    const base = await treePolicy(sessionOf(own))
    const text = "schemaVersion: 1\ngates: { required: { branch: [secrets] } }\n"
    const { policy, hash } = await extendedTree(files(), text)
    // By default secrets blocks where it applies; that it must have judged is new.
    expect(policy.gates.required).toEqual(base.policy.gates.required)
    expect(policyChanges(base.policy, policy)).toContainEqual({
      path: "gates.required.branch (by name)",
      from: null,
      to: "[secrets]",
      stricter: true,
    })
    expect(hash).not.toBe((await extendedTree(files(), "schemaVersion: 1\n")).hash)
  })

  test("sibling of P08: and the list that a tree takes out of its own file, which may let more through", async () => {
    const every = "typecheck, lint, unit, coverage, secrets, vulnerabilities, images, charts"
    const treeOf = (more: string) =>
      treePolicy(sessionOf({ ...files(), "signalbox.yaml": `${minimalConfig}${more}` }))
    const [base, own] = [await treeOf(`gates: { required: { branch: [${every}] } }\n`), await treeOf("")]
    expect(policyChanges(base.policy, own.policy)).toEqual([
      { path: "gates.required.branch (by name)", from: `[${every}]`, to: null },
    ])
    expect(base.hash).not.toBe(own.hash)
  })

  test("is told where a tree begins to extend one", async () => {
    const own = { ...files(), "signalbox.yaml": minimalConfig }
    const base = await treePolicy(sessionOf(own))
    const paths = policyChanges(base.policy, (await extendedTree(files())).policy).map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(["extends", "components.web.coverageMinimum"]))
    expect(base.policy.extends).toBeUndefined()
  })

  test("cannot be had where nothing satisfies both, and names the line", async () => {
    const accepted = 'acceptedDatabases: [{ name: mine, maxAge: "1h" }]\n'
    await expect(extendedTree(files("", accepted))).rejects.toThrow(
      /environments\/production\.yaml:6:20: acceptedDatabases: it is .*, and the shared policy .* allows only/,
    )
    const keyless = `${sharedText}protectedBranches: [trunk]\n`
    await expect(extendedTree(files(), keyless)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      exitCode: 13,
    })
  })

  test("leaves an environment with mistakes to whoever reads it", async () => {
    const broken = { ...files(), "environments/staging.yaml": "nonsense: 1\n" }
    const { policy, session } = await extendedTree(broken)
    expect(policy.environments.staging).toEqual({ nonsense: 1 })
    await expect(session.environment("staging")).rejects.toMatchObject({ code: "CONFIG_INVALID" })
  })

  test("reaches an environment that the base does not have", async () => {
    const base = await extendedTree(files())
    const own = sessionOf({
      ...files(),
      "signalbox.yaml": files()["signalbox.yaml"].replace("production]", "production, preview]"),
      "environments/preview.yaml": environmentText("preview"),
    })
    const every = "schemaVersion: 1\neveryEnvironment: { protected: true }\n"
    const policy = await parseSharedPolicy(every, first)
    const held = own.withPolicy({
      ...{ config: await own.config(), base: base.session },
      shared: { reference: first, policy },
    })
    expect((await held.environment("preview")).protected).toBe(true)
  })
})

test("a tree that extends nothing has the hash that it had", async () => {
  const { hash, policy } = await treePolicy(sessionOf({ ...files(), "signalbox.yaml": minimalConfig }))
  expect(Object.keys(policy)).not.toContain("extends")
  expect(hash).toBe(sha256(JSON.stringify(sorted(JSON.parse(JSON.stringify(policy))))))
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inside]) => [name, sorted(inside)]),
  )
}
