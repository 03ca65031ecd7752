import { spawnSync } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { cloneFacts, incompleteClone } from "../../../src/domain/clone.ts"
import { patchOf, Repository } from "./support/planted.ts"

/** A directory that is removed after the test. */
function scratch() {
  const path = mkdtempSync(join(tmpdir(), "clone-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** The facts of a clone on disk, and a copy of it as the gate reads it: its objects and refs, with our configuration. */
function asGateReads(clone: string, to: string) {
  const git = join(clone, ".git")
  const names = readdirSync(git, { withFileTypes: true }).map((one) =>
    one.isDirectory() ? `${one.name}/` : one.name,
  )
  const config = readFileSync(join(git, "config"), "utf8")
  const facts = cloneFacts({ names, config, borrows: existsSync(join(git, "objects/info/alternates")) })
  mkdirSync(join(to, ".git"), { recursive: true })
  for (const name of ["HEAD", "packed-refs", "refs", "objects"])
    if (existsSync(join(git, name))) cpSync(join(git, name), join(to, ".git", name), { recursive: true })
  writeFileSync(join(to, ".git/config"), facts.config)
  return facts
}

function cloned(from: Repository, to: string, ...options: readonly string[]): void {
  const { status, stderr } = spawnSync("git", ["clone", "--quiet", ...options, `file://${from.path}`, to], {
    encoding: "utf8",
  })
  if (status !== 0) throw new Error(stderr)
}

describe("a clone without all of its objects", () => {
  test("G01 a blobless clone is named as such, with the way out", () => {
    using origin = new Repository()
    using place = scratch()
    origin.git("config", "uploadpack.allowFilter", "true")
    origin.write("a.txt", "1\n")
    origin.commit("start")
    origin.write("a.txt", "2\n")
    origin.commit("next")
    cloned(origin, join(place.path, "clone"), "--filter=blob:none")
    const facts = asGateReads(join(place.path, "clone"), join(place.path, "read"))
    const { status, stderr } = patchOf(join(place.path, "read"), "HEAD")
    expect(status).toBe(128)
    expect(incompleteClone(facts, stderr)).toMatchObject({
      code: "HISTORY_INCOMPLETE",
      exitCode: 13,
      detail: { what: expect.stringContaining("partial clone"), next: expect.stringContaining("--filter") },
    })
  })

  test("G26 a clone that borrows objects is named as such", () => {
    using mirror = new Repository()
    using place = scratch()
    mirror.write("a.txt", "1\n")
    mirror.commit("start")
    cloned(mirror, join(place.path, "clone"), "--reference", mirror.path)
    const facts = asGateReads(join(place.path, "clone"), join(place.path, "read"))
    rmSync(join(place.path, "read/.git/objects/info/alternates"))
    const { status, stderr } = patchOf(join(place.path, "read"), "HEAD")
    expect(status).not.toBe(0)
    expect(incompleteClone(facts, stderr)?.detail).toMatchObject({
      where: ".git/objects/info/alternates",
      next: expect.stringContaining("--dissociate"),
    })
  })

  test("G26 the format of a SHA-256 repository stays, and it is read", () => {
    using repository = new Repository("--object-format=sha256")
    using place = scratch()
    repository.write("a.txt", "1\n")
    repository.commit("start")
    const facts = asGateReads(repository.path, place.path)
    expect(facts.config).toContain("objectformat = sha256")
    expect(patchOf(place.path, "HEAD").status).toBe(0)
  })

  test("sibling of G26: nothing else of a clone's configuration is taken over", () => {
    const config = `[core]\n\tfsmonitor = evil\n[extensions]\n\tobjectFormat = "sha256"; evil\n\trefStorage = reftable\n[remote "o"]\n\turl = https://u:p@h/x\n`
    const facts = cloneFacts({ names: ["HEAD", "shallow"], config, borrows: false })
    expect(facts).toEqual({
      isShallow: true,
      isPartial: false,
      borrows: false,
      config:
        "[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n\trefstorage = reftable\n",
    })
  })

  test("a complete clone has nothing to explain", () => {
    const facts = cloneFacts({ names: ["HEAD", "refs/"], config: "[core]\n\tbare = false\n", borrows: false })
    expect(incompleteClone(facts, "fatal: broken")).toBeUndefined()
  })
})
