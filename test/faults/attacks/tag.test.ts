/**
 * Sections "law" and "proof": somebody with a feature branch, the right to push tags, CI's registry token and kubectl in staging
 * pushes a tag, and CI releases it. Whatever refuses does so before anything is published or deployed.
 */
import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { sha256 } from "../../../src/domain/index.ts"
import { version } from "../../cluster/deploy-support/shop.ts"
import { finalError } from "../../engine/harness/index.ts"
import { keys } from "./support/keys.ts"
import { recordIn, withRecord } from "./support/records.ts"
import { type Refusal, refused } from "./support/refused.ts"
import { everyTag, signing } from "./support/scene.ts"
import { Tagger } from "./support/tagger.ts"

let ci: Tagger

beforeAll(async () => {
  ci = await Tagger.begin()
})
afterAll(() => ci?.[Symbol.asyncDispose]())

const attack = (tag: string, due: Refusal, ...more: readonly (readonly string[])[]) =>
  refused(() => ci.release(tag, ...more), due, ci.watch, ci.canaries)

describe("V03 a tag on what is on no protected branch", () => {
  const unprotected: Refusal = [16, "POLICY_REFUSED", "is not on a protected branch"]

  test("by an annotation of an annotation, and as a pre-release", async () => {
    await ci.annotated("v9.0.1", await ci.annotated("inner", ci.feature))
    await attack("v9.0.1", unprotected)
    await ci.tag("v9.0.2-rc.1", ci.feature)
    await attack("v9.0.2-rc.1", unprotected)
  })

  test("V04 beside one that is called origin/main, whose toolbox names the attacker's git and shell", async () => {
    const text = await ci.here.files.read("toolbox.yaml")
    await ci.git("checkout", "--quiet", "-B", "feature/toolbox", ci.published)
    await ci.here.write({
      "toolbox.yaml": text.replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${"0".repeat(64)}`),
    })
    await ci.git("commit", "--quiet", "--all", "--message", "feat: tools")
    for (const name of ["origin/main", "v9.0.5"]) await ci.tag(name, await ci.git("rev-parse", "HEAD"))
    await refused(
      () => ci.release("v9.0.5", signing, ["--policy-ref", "origin/main"]),
      unprotected,
      ci.watch,
      ci.canaries,
    )
    await ci.git("update-ref", "-d", "refs/tags/origin/main")
    await ci.git("checkout", "--quiet", "main")
  })

  test("on a main that was pushed nowhere", async () => {
    await ci.git("update-ref", "refs/heads/main", ci.feature)
    await ci.tag("v9.0.3", ci.feature)
    await attack("v9.0.3", unprotected)
    await ci.git("update-ref", "refs/heads/main", ci.published)
  })

  test("where another object stands in for main, and a graft gives it another parent", async () => {
    await ci.tag("v9.0.4", ci.feature)
    await ci.git("replace", "--graft", ci.published, ci.feature)
    const grafts = join(ci.here.files.path, ".git/info/grafts")
    await writeFile(grafts, `${ci.published} ${ci.feature}\n`)
    await attack("v9.0.4", unprotected)
    await ci.git("replace", "--delete", ci.published)
    await rm(grafts)
  })
})

describe("V03 a name that is no tag's", () => {
  test("git's description of a protected commit, and a branch of a tag's name: 13, there is no such tag", async () => {
    const none = [13, "USAGE", "the repository has no tag"] as const
    await attack(`v9.1.0+x-g${ci.published.slice(0, 12)}`, none)
    await ci.git("branch", "refs/tags/v9.1.1", ci.published)
    await attack("v9.1.1", none)
    await ci.git("branch", "--delete", "--force", "refs/tags/v9.1.1")
  })

  test("an option, or a component's, as a tag: 13, it names no version", async () => {
    for (const name of ["--upload-pack=true", "web/v9.1.2"]) {
      await ci.tag(name, ci.published)
      await attack(name, [13, "USAGE", /not a semantic version|no rule maps the tag/])
      await ci.git("update-ref", "-d", `refs/tags/${name}`)
    }
  })

  test("a tag of a tree: 13, it is of no commit", async () => {
    await ci.tag("v9.1.4", await ci.git("rev-parse", `${ci.published}^{tree}`))
    await attack("v9.1.4", [13, "USAGE", "is of no commit"])
  })
})

describe("a protected commit from before", () => {
  /** As CI checks the tag out. */
  async function released(tag: string, commit: string, due: Refusal): Promise<void> {
    await ci.tag(tag, commit)
    await ci.git("checkout", "--quiet", "--detach", commit)
    try {
      await attack(tag, due)
    } finally {
      await ci.git("checkout", "--quiet", "main")
    }
  }

  test("V45 of another project: it is published under no other name than that of today", async () => {
    const config = await ci.here.files.read("signalbox.yaml")
    const commit = await ci.former({ "signalbox.yaml": config.replace(/^project: .*$/m, "project: bank") })
    await released("v9.2.0", commit, [16, "POLICY_REFUSED", "another project than the base revision"])
  })

  test("V04 with a weaker policy, another route and tools of its own: it waits for somebody to accept that policy", async () => {
    const config = await ci.here.files.read("signalbox.yaml")
    const weak = "gates: { required: { fork: [secrets], branch: [secrets], release: [secrets] } }\n"
    const toolbox = await ci.here.files.read("toolbox.yaml")
    const commit = await ci.former({
      "signalbox.yaml": `${config.replace(everyTag, 'refs: [{ tag: "**", environment: staging }]\n')}${weak}`,
      "environments/production.yaml": (await ci.here.files.read("environments/production.yaml")).replace(
        "protected: true",
        "protected: false",
      ),
      "toolbox.yaml": toolbox.replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${"0".repeat(64)}`),
      "web/src/broken.ts": 'export const port: number = "8080"\n',
    })
    await released("v9.2.1", commit, [17, "--approve-policy"])
  })
})

describe("V05 a version that is published", () => {
  const conflict: Refusal = [
    16,
    "RECORD_CONFLICT",
    `version ${version} is already released from another commit`,
  ]

  test("with its tag moved to another protected commit, or a second one without v: RECORD_CONFLICT", async () => {
    const next = await ci.toMain("feat: next")
    await ci.tag(`v${version}`, next)
    await attack(`v${version}`, conflict)
    await ci.tag(`v${version}`, ci.published)
    await ci.tag(version, next)
    await attack(version, conflict)
    await ci.git("tag", "--delete", version)
  })

  test("and two tags of a version that is not yet, on two protected commits: RECORD_CONFLICT", async () => {
    await ci.tag("v9.3.0", ci.published)
    await ci.tag("9.3.0", await ci.git("rev-parse", "main"))
    await attack("9.3.0", [16, "RECORD_CONFLICT", "of version 9.3.0 names another commit"])
  })

  test("by the attacker, before the tag of a protected commit is pushed: signed-record", async () => {
    const files = await ci.registry.files("releases", `v${version}`)
    const record = recordIn(files)
    const images = record.images.map((one) => ({ ...one, digest: sha256("the attacker's image") }))
    const gates = record.gates.map(({ judged: _, ...gate }) => gate)
    const forged = { ...record, version: "9.3.1", images, gates }
    await ci.registry.put("releases", "v9.3.1", await withRecord(files, forged, keys.attacker))
    await ci.tag("v9.3.1", ci.published)
    await attack("v9.3.1", [16, "rule signed-record"])
    // Without a key of its own the call signs nothing, and asks all the same before staging is changed.
    await attack("v9.3.1", [16, "rule signed-record"], [])
  })

  test("but never signed, by a job without the key: signed-record, and nothing is published", async () => {
    await ci.tag("v9.3.2", ci.published)
    await attack("v9.3.2", [16, "rule signed-record", "nothing was published"], [])
  })
})

describe("a pre-release on a protected branch, whose tag goes to production", () => {
  test("is refused, also where it is published already: staging does not get it first", async () => {
    const candidate = "9.4.0-rc.1"
    await ci.tag(`v${candidate}`, ci.published)
    const published = await ci.call(["publish", "--version", candidate, "--tag", `v${candidate}`, ...signing])
    expect([published.code, finalError(published)]).toEqual([0, ""])
    await attack(`v${candidate}`, [16, "POLICY_REFUSED", `${candidate} is a pre-release`])
  })
})
