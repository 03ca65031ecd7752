import { type CurrentModule, type Directory, dag, type File } from "@dagger.io/dagger"
import { afterEach, describe, expect, test, vi } from "vitest"
import { toolboxOfBase } from "../../../pipelines/base-toolbox.ts"
import { policyBase } from "../../../pipelines/policy-base.ts"

afterEach(() => void vi.restoreAllMocks())

/** A directory of texts, as far as it is asked. */
function directory(
  files: Readonly<Record<string, string>>,
  refs: Readonly<Record<string, object>> = {},
): Directory {
  const below = (path: string) =>
    directory(
      Object.fromEntries(
        Object.entries(files).flatMap(([name, text]) =>
          name.startsWith(`${path}/`) ? [[name.slice(path.length + 1), text]] : [],
        ),
      ),
    )
  // As the engine was seen to look a name up: it takes a tag or branch that is called so where there is none.
  const resolved = (name: string) =>
    [name, `refs/${name}`, `refs/tags/${name}`, `refs/heads/${name}`, `refs/remotes/${name}`].find(
      (full) => full in refs,
    )
  const known = <T>(name: string, found: T | undefined): T => {
    if (found === undefined) throw new Error(`repository does not contain ref "${name}"`)
    return found
  }
  const tree = (name: string) => ({
    ref: async () => known(name, resolved(name)),
    tree: () => ({ sync: async () => known(name, refs[resolved(name) ?? name]) }),
  })
  return {
    entries: async () => [...new Set(Object.keys(files).map((name) => name.replace(/\/.*/, "/")))],
    exists: async (path: string) => path in files,
    file: (path: string) => file(path, files[path] ?? ""),
    directory: below,
    glob: async (pattern: string) =>
      Object.keys(files).filter((name) =>
        pattern.startsWith("**/")
          ? name.split("/").at(-1) === pattern.slice(3)
          : /^refs\/remotes\/[^/]+\/HEAD$/.test(name),
      ),
    asGit: () => ({ ref: tree, commit: tree }),
  } as unknown as Directory
}

const file = (path: string, text: string): File =>
  ({ contents: async () => text, name: async () => path.split("/").at(-1) }) as unknown as File

const clone = { ".git/HEAD": "x", ".git/refs/remotes/origin/HEAD": "x", ".git/refs/remotes/fork/HEAD": "x" }
const base = directory({ "toolbox.yaml": "base", "ci/tools.yaml": "base's other" })
const feature = directory({ "toolbox.yaml": "feature", "ci/tools.yaml": "feature's other" })
const git = directory(clone, {
  "refs/remotes/origin/HEAD": base,
  "refs/remotes/origin/main": base,
  "refs/heads/feature": feature,
})

type Given = Parameters<typeof toolboxOfBase>[0]
const chosen = async (path: string, more: Partial<Given> = {}) => {
  const toolbox = file(path, await feature.file(path).contents())
  const given = { source: feature, toolbox, isNamed: true, git, policyRef: undefined, ...more }
  return (await toolboxOfBase(given)).toolbox.contents()
}

describe("V04 V22 the toolbox file of a tree that is judged", () => {
  test.each([undefined, "", "refs/remotes/origin/main", "origin/main"])(
    "is the base's, by --policy-ref %j",
    async (policyRef) => {
      expect(await chosen("toolbox.yaml", { policyRef })).toBe("base")
      expect(await chosen("ci/tools.yaml", { policyRef })).toBe("base's other")
    },
  )

  test("sibling of V22: is told beside the base's, for a policy that is approved", async () => {
    const given = {
      source: feature,
      toolbox: file("tools.yaml", "feature's other"),
      isNamed: true,
      git,
      policyRef: undefined,
    }
    const { toolbox, ownToolbox } = await toolboxOfBase(given)
    expect([await toolbox.contents(), await ownToolbox?.file.contents(), ownToolbox?.path]).toEqual([
      "base's other",
      "feature's other",
      "ci/tools.yaml",
    ])
    const toolboxElsewhere = file("tools.yaml", "the machine's")
    expect((await toolboxOfBase({ ...given, toolbox: toolboxElsewhere })).ownToolbox).toBeUndefined()
  })

  test("sibling of V22: is the base's usual one where the base does not have the file", async () => {
    const source = directory({ "a/moved.yaml": "feature" })
    expect(await chosen("toolbox.yaml", { source, toolbox: file("moved.yaml", "feature") })).toBe("base")
  })

  test("is the tree's where the base has none, and where no base is known", async () => {
    expect(
      await chosen("toolbox.yaml", { git: directory(clone, { "refs/remotes/origin/HEAD": directory({}) }) }),
    ).toBe("feature")
    expect(await chosen("toolbox.yaml", { git: undefined })).toBe("feature")
    expect(await chosen("toolbox.yaml", { git: directory({ ".git/HEAD": "x" }) })).toBe("feature")
  })

  test("sibling of V22: is the base's, whatever copies of it the tree has, first by name or not", async () => {
    const copies = { "a/toolbox.yaml": "feature", "toolbox.yaml": "feature", "z/toolbox.yaml": "feature" }
    for (const names of [Object.keys(copies), Object.keys(copies).reverse()]) {
      const source = directory(Object.fromEntries(names.map((name) => [name, "feature"])))
      expect(await chosen("toolbox.yaml", { source })).toBe("base")
    }
  })

  test("sibling of V22: a copy over another toolbox file of the base does not choose that one", async () => {
    const both = directory({ "examples/toolbox.yaml": "of a lab", "toolbox.yaml": "base" })
    const source = directory({ "examples/toolbox.yaml": "feature", "toolbox.yaml": "feature" })
    expect(
      await chosen("toolbox.yaml", { source, git: directory(clone, { "refs/remotes/origin/HEAD": both }) }),
    ).toBe("base")
  })

  test("that lies elsewhere than in the tree is the caller's", async () => {
    expect(await chosen("toolbox.yaml", { toolbox: file("toolbox.yaml", "the machine's") })).toBe(
      "the machine's",
    )
  })

  test("is not the tree's because the engine's git has failed", async () => {
    const broken = {
      ...git,
      asGit: () => {
        throw new Error("the engine is away")
      },
    } as unknown as Directory
    await expect(chosen("toolbox.yaml", { git: broken })).rejects.toThrow("the engine is away")
    const ref = (name: string) => ({
      ref: async () => name,
      tree: () => ({ sync: () => Promise.reject(new Error("git error: exit status 128")) }),
    })
    const failing = { ...git, asGit: () => ({ ref, commit: ref }) } as unknown as Directory
    await expect(chosen("toolbox.yaml", { git: failing })).rejects.toMatchObject({ code: "TOOL_FAILED" })
  })
})

test("a linked worktree, whose repository is somewhere else, is left to the policy to tell", async () => {
  const linked = { ...directory({}), entries: async () => [".git", "toolbox.yaml"] } as unknown as Directory
  expect(await chosen("toolbox.yaml", { git: linked })).toBe("feature")
})

describe("sibling of V04: a tag or branch of the base's name chooses no toolbox", () => {
  const attacked = (...names: readonly string[]) =>
    directory(clone, {
      "refs/remotes/origin/main": base,
      ...Object.fromEntries(names.map((name) => [name, feature])),
    })

  test.each(["refs/tags/origin/main", "refs/heads/origin/main", "refs/tags/refs/remotes/origin/main"])(
    "%s beside the branch",
    async (name) => {
      for (const policyRef of ["origin/main", "refs/remotes/origin/main"])
        expect(await chosen("toolbox.yaml", { policyRef, git: attacked(name) })).toBe("base")
    },
  )

  test("in the place of a branch that the clone does not have: nothing runs in the tree's images", async () => {
    const without = directory(clone, {
      "refs/tags/refs/remotes/origin/main": base,
      "refs/heads/refs/remotes/origin/main": base,
      "refs/tags/origin/main": base,
    })
    for (const policyRef of ["origin/main", "refs/remotes/origin/main"]) {
      await expect(chosen("toolbox.yaml", { policyRef, git: without })).rejects.toMatchObject({
        code: "USAGE",
        detail: { what: expect.stringContaining(policyRef), why: expect.stringContaining("toolbox.yaml") },
      })
      // The caller's own tools can be asked, and say what is missing.
      expect(await chosen("toolbox.yaml", { policyRef, git: without, toolbox: file("t.yaml", "mine") })).toBe(
        "mine",
      )
    }
  })

  test("that nobody has named and that a change adds does not count yet: this version's does", async () => {
    const source = () => directory({ "toolbox.yaml": "this version's" })
    vi.spyOn(dag, "currentModule").mockReturnValue({ source } as unknown as CurrentModule)
    const without = directory(clone, { "refs/remotes/origin/HEAD": directory({}) })
    expect(await chosen("toolbox.yaml", { git: without, isNamed: false })).toBe("this version's")
    expect(await chosen("toolbox.yaml", { isNamed: false })).toBe("base")
  })

  test("the default branch's tools tell that the named ref is not there", async () => {
    expect(await chosen("toolbox.yaml", { policyRef: "upstream/main" })).toBe("base")
  })

  test("where the tree's images are used, no base revision is taken from what their git says", async () => {
    const given = {
      source: feature,
      toolbox: file("toolbox.yaml", "feature"),
      isNamed: true,
      git: directory({ ".git/HEAD": "x" }),
    }
    const more = { policyRef: undefined }
    expect((await toolboxOfBase({ ...given, ...more })).hasNoBase).toBe(true)
    const elsewhere = { ...given, ...more, toolbox: file("toolbox.yaml", "the machine's") }
    expect((await toolboxOfBase(elsewhere)).hasNoBase).toBeUndefined()
    const inputs = { ...given, ...more, hasNoBase: true, approvePolicy: undefined }
    // The session has no toolbox that could be read: any exec of git would throw.
    const session = { inputs } as unknown as Parameters<typeof policyBase>[0]
    expect(await policyBase(session)).toEqual({ why: "the clone knows no default branch of a remote" })
  })
})
