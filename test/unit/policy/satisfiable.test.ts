/** A policy that can never be satisfied is refused when it is read, before anything is built. */
import type { Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { policyInForce } from "../../../pipelines/policy.ts"
import { assertMayChange } from "../../../pipelines/protection.ts"
import { assertSatisfiable } from "../../../pipelines/satisfiable.ts"
import { treePolicy, withShared } from "../../../pipelines/tree-policy.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { parseSharedPolicy } from "../../../src/config/index.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { minimalConfig, minimalEnvironment } from "../config/texts.ts"
import { environmentOf } from "../deploy/support/sets.ts"

const approvers =
  "approvers: [{ name: alice, emails: [a@x.example] }, { name: bob, emails: [b@x.example] }]\n"

/** A tree with two approvers, without git: it is judged by its own policy. */
function sessionOf(production: string, config = approvers): Session {
  const files: Record<string, string> = {
    "signalbox.yaml": `${minimalConfig}${config}`,
    "environments/staging.yaml": minimalEnvironment,
    "environments/production.yaml": `${minimalEnvironment.replace("name: staging", "name: production")}${production}`,
  }
  const source = {
    exists: async (path: string) => Object.hasOwn(files, path),
    file: (path: string) => ({ contents: async () => files[path] ?? Promise.reject(new Error(path)) }),
  }
  return new Session({ source: source as unknown as Directory } as Inputs)
}

describe("approvals that nobody can give", () => {
  test("P03 are refused when the policy is read, whichever gate is asked for", async () => {
    await expect(policyInForce(sessionOf("protected: true\napprovals: 2\n"))).resolves.toBeDefined()
    await expect(policyInForce(sessionOf("protected: true\napprovals: 3\n"))).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      exitCode: 13,
      detail: {
        where: "environments/production.yaml:7:12",
        why: expect.stringMatching(/approvals: 3 can never be given: .* 2 approvers \(alice, bob\)/),
      },
    })
  })

  test("sibling of P03: by a shared policy's rule for every environment, which the message names", async () => {
    const reference = `registry.example/policy@sha256:${"a".repeat(64)}`
    const text = "schemaVersion: 1\neveryEnvironment: { approvals: 3, protected: true }\n"
    const extending = sessionOf("", `${approvers}extends: ${reference}\n`)
    const policy = await parseSharedPolicy(text, reference)
    const tree = await withShared(await treePolicy(extending), { reference, policy })
    await expect(assertSatisfiable(tree)).rejects.toThrow(
      `approvals: 3 of the shared policy ${reference} can never be given`,
    )
    await expect(tree.session.environment("production")).rejects.toMatchObject({ code: "CONFIG_INVALID" })
  })

  test("sibling of P03: by a tree that asks for more than its base has approvers, before it is deployed", async () => {
    const policy = {
      identity: {
        ...{ source: "base", ref: "refs/remotes/origin/main", commit: "a".repeat(40), branch: "main" },
        hash: sha256("policy"),
      },
      session: { config: async () => ({ protectedBranches: ["main"], approvers: [{ name: "alice" }] }) },
    } as unknown as Parameters<typeof assertMayChange>[0]
    const production = environmentOf({ name: "production", protected: true, approvals: 2 })
    await expect(assertMayChange(policy, production)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: {
        why: "the policy in force, of refs/remotes/origin/main, names 1 approver (alice)",
        next: "merge the approvers first, or ask for at most 1",
      },
    })
  })
})
