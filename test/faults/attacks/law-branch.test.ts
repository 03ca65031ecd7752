/**
 * Section "law": a branch that chooses the arguments of the call that judges it, or that wants to be taken for the protected
 * one, by every name that git or Dagger could mistake.
 */
import { symlink } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { evidenceRefusals } from "../../../src/deploy/plan/index.ts"
import { finalError } from "../../engine/harness/index.ts"
import { broken, PullRequest } from "./support/pull-request.ts"
import { recordIn } from "./support/records.ts"
import { refused } from "./support/refused.ts"
import { ProjectRegistry } from "./support/registry.ts"

let pull: PullRequest

beforeAll(async () => {
  pull = await PullRequest.open()
})
afterAll(() => pull?.[Symbol.asyncDispose]())

describe("V04 a committed .env that chooses the gates", () => {
  test.each([
    ["as anybody would write it", "SIGNALBOX_GATES_ONLY=typecheck\n"],
    ["after a blank that git takes for a letter", "\u00a0SIGNALBOX_GATES_ONLY=typecheck\n"],
    ["exported twice", "export export SIGNALBOX_GATES_ONLY=typecheck\n"],
    ["that accepts a partial report", "SIGNALBOX_GATE_REPORT_ASSERT_PARTIAL=true\n"],
  ])("is refused: %s", async (_how, text) => {
    await pull.branch({ ".env": text })
    await refused(() => pull.quickly(), [13, "CONFIG_INVALID", ".env:1:1"], pull.watch)
  })

  test("is not read where it is a link to another file", async () => {
    await pull.branch({
      settings: "SIGNALBOX_GATES_ONLY=typecheck\n",
      "web/src/any.ts": "export const any = (value: any) => value\n",
    })
    await symlink("settings", join(pull.here.files.path, ".env"))
    await pull.commit()
    await refused(() => pull.quickly("--partial"), [10, "no-explicit-any"], pull.watch)
  })
})

describe("V03 a feature branch that wants to be the protected one", () => {
  const publish = (...before: string[]) => pull.here.call([...before, "publish", "--version", "9.9.9"])

  test("names itself in protectedBranches, and has a local branch and a tag of the name main", async () => {
    await pull.branch({ "signalbox.yaml": `${pull.config}protectedBranches: [feature/attack]\n` })
    await pull.git("branch", "--force", "main", "HEAD")
    await pull.git("tag", "--force", "main", "HEAD")
    await refused(
      () => publish("--policy-ref", "origin/main"),
      [16, "POLICY_REFUSED", "is not on a protected branch"],
      pull.watch,
    )
    await pull.git("tag", "--delete", "main")
    await pull.git("branch", "--force", "main", pull.base)
  })

  test("has a name that git could take for the remote's: refs/heads/refs/remotes/origin/main", async () => {
    await pull.branch(
      { "signalbox.yaml": `${pull.config}protectedBranches: [feature/attack]\n` },
      "refs/remotes/origin/main",
    )
    await refused(
      () => publish("--policy-ref", "refs/remotes/origin/main"),
      [16, "POLICY_REFUSED"],
      pull.watch,
    )
    await pull.git("checkout", "--quiet", "--detach")
    await pull.git("update-ref", "-d", "refs/heads/refs/remotes/origin/main")
  })

  test("takes itself for the base, which remains possible: no protected environment takes what it has published", async () => {
    await pull.branch({ "signalbox.yaml": `${pull.config}protectedBranches: [feature/attack]\n` })
    const published = await pull.here.call(["--policy-ref", "HEAD", "publish", "--version", "9.9.9"])
    expect([published.code, finalError(published)]).toEqual([0, ""])
    const files = await new ProjectRegistry(pull.here.name).files("releases", "v9.9.9")
    const refusals = evidenceRefusals(recordIn(files), {
      date: new Date().toISOString(),
      ...{ requiredGates: [], protectedBranches: ["main"] },
      environment: { name: "production", protected: true, acceptedDatabases: [] },
    })
    expect(refusals.map(({ message }) => message).join("\n")).toContain(
      "release 9.9.9 was not judged by the policy of a protected branch",
    )
  })

  test("is pushed under the name HEAD, which is no default branch", async () => {
    await pull.branch({
      ...broken,
      "signalbox.yaml": `${pull.config}gates: { required: { fork: [secrets], branch: [secrets], release: [secrets] } }\n`,
    })
    await pull.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/HEAD")
    await pull.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*")
    await refused(() => pull.quickly("--partial"), [10, "typecheck", "refs/remotes/origin/main"], pull.watch)
    await pull.git("push", "--quiet", "origin", ":refs/heads/HEAD")
  })
})
