/** A release is stored where its own commit says, whatever the working tree has become since. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Directory, File } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { registryPlace } from "../../../pipelines/evidence.ts"
import { sessionAt } from "../../../pipelines/source.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { minimalConfig } from "../config/texts.ts"

function treeOf(config: string): Directory {
  const files: Readonly<Record<string, string>> = { "signalbox.yaml": config }
  const file = (path: string) => ({ contents: async () => files[path] ?? Promise.reject(new Error(path)) })
  return { file } as unknown as Directory
}

const commit = "c".repeat(40)
const toolboxText = readFileSync(join(import.meta.dirname, "../../../toolbox.yaml"), "utf8")

/**
 * A working tree that was moved to another registry and project since the commit.
 * @param failures how many times in a row the engine's git fails.
 */
function session(config?: string, failures = 0): Session {
  const trees: Readonly<Record<string, Directory>> = { [commit]: treeOf(minimalConfig) }
  let left = failures
  const sync = async (id: string) => {
    if (left-- > 0) throw new Error("git error: exit status 128")
    return trees[id]
  }
  const git = {
    entries: async () => [".git/"],
    asGit: () => ({ commit: (id: string) => ({ tree: () => ({ sync: () => sync(id) }) }) }),
  }
  const moved = minimalConfig
    .replace(/^project: .*$/m, "project: bank")
    .replace(/^registry: .*$/m, "registry: r2.example/bank")
  return new Session({
    source: treeOf(moved),
    git: git as unknown as Directory,
    toolbox: { contents: async () => toolboxText } as unknown as File,
    config: config === undefined ? undefined : ({ contents: async () => config } as unknown as File),
  } as unknown as Inputs)
}

describe("the engine's own git", () => {
  test("that fails once is asked again", async () => {
    expect((await registryPlace(await sessionAt(session(undefined, 1), commit))).registry).toBe(
      "registry.example",
    )
  })

  test("that fails again is a tool that failed, with its words and the commit", async () => {
    await expect(sessionAt(session(undefined, 2), commit)).rejects.toMatchObject({
      code: "TOOL_FAILED",
      detail: { what: expect.stringContaining(commit), why: "git error: exit status 128" },
    })
  })
})

describe("V45 project and registry of a release", () => {
  test("are those of its commit", async () => {
    const working = session()
    expect(await registryPlace(working)).toEqual({ registry: "r2.example", prefix: "bank/bank" })
    expect(await registryPlace(await sessionAt(working, commit))).toEqual({
      registry: "registry.example",
      prefix: "shop/shop",
    })
  })

  test("sibling of V45: are not those of a configuration that is given with --config either", async () => {
    const given = session(minimalConfig.replace(/^project: .*$/m, "project: other"))
    expect((await registryPlace(given)).prefix).toBe("shop/other")
    expect((await registryPlace(await sessionAt(given, commit))).prefix).toBe("shop/shop")
  })

  test("count for everything that publish looks up, claims, pushes and stores", () => {
    const text = readFileSync(join(import.meta.dirname, "../../../pipelines/publish.ts"), "utf8")
    const names = "lookUpRelease|clearClaim|underClaim|createRelease|putEvidence|pushImages|collectBundle"
    const calls = [...text.matchAll(new RegExp(`(function )?(?:${names})\\((\\w+)`, "g"))]
    const ofWorkingTree = calls.filter(
      ([, declared, session]) => declared === undefined && session === "session",
    )
    expect(calls.length).toBeGreaterThan(5)
    expect(ofWorkingTree.map(([whole]) => whole)).toEqual([])
  })
})
