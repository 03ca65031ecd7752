/** Two registries for one project: the toolbox's counts, and a call says so. */
import type { Container, Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { findRelease } from "../../../pipelines/bundle.ts"
import { otherRegistry } from "../../../pipelines/other-registry.ts"
import { publishOutput } from "../../../pipelines/publish-output.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { parseConfig } from "../../../src/config/index.ts"
import { parseToolbox } from "../../../src/toolbox/index.ts"
import { minimalConfig } from "../config/texts.ts"
import { recordOf } from "../evidence/signing/support.ts"

/** A call of a project in registry.example/shop, whose registry has no release. */
class Call extends Session {
  constructor(private readonly own: string) {
    super({} as Inputs)
  }
  override async config() {
    return parseConfig(minimalConfig, "signalbox.yaml")
  }
  override async toolbox() {
    const tools = "tools:\n  node: { image: example/node:24, version: 24.9.0 }\n"
    return parseToolbox(`schemaVersion: 1\n${this.own}${tools}`, "toolbox.yaml")
  }
  override async runner() {
    const files: Readonly<Record<string, string>> = { "answer.json": JSON.stringify({ found: false }) }
    const self = {
      ...{ withDirectory: () => self, withMountedDirectory: () => self, withNewFile: () => self },
      ...{ withEnvVariable: () => self, withExec: () => self, sync: async () => self },
      ...{ exitCode: async () => 0, stdout: async () => "", stderr: async () => "" },
      directory: () => ({
        entries: async () => Object.keys(files),
        file: (name: string) => ({ contents: async () => files[name] }),
        directory: () => ({}),
      }),
    }
    return self as unknown as Container
  }
}

const mirrored = new Call("registry: 127.0.0.1:5000/apps\n")
const note =
  "the registry is 127.0.0.1:5000/apps of the toolbox, and not registry.example/shop of signalbox.yaml"
const release = { record: recordOf(), reference: "r@sha256:1", files: {} as Directory }

describe("sibling of V45: a registry of the toolbox that is not that of signalbox.yaml", () => {
  test("is said", async () => {
    expect(await otherRegistry(mirrored)).toBe(note)
  })

  test("stands in what publish prints", async () => {
    expect(JSON.parse(await publishOutput(mirrored, { release, created: true })).notes).toEqual([note])
  })

  test("is where a release was looked for that is not found", async () => {
    await expect(findRelease(mirrored, "1.4.0")).rejects.toMatchObject({
      code: "USAGE",
      detail: {
        where: expect.stringMatching(/^127\.0\.0\.1:5000\/apps\/[a-z]+\/releases$/),
        why: `no record of it is in the registry; ${note}`,
      },
    })
  })
})

describe("nothing is said of", () => {
  test.each([
    ["a toolbox without a registry", ""],
    ["one that names the same", "registry: registry.example/shop\n"],
  ])("%s", async (_, own) => {
    const call = new Call(own)
    expect(await otherRegistry(call)).toBeNull()
    expect(JSON.parse(await publishOutput(call, { release, created: true }))).not.toHaveProperty("notes")
    await expect(findRelease(call, "1.4.0")).rejects.toMatchObject({
      detail: { why: "no record of it is in the registry" },
    })
  })
})
