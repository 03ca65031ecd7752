import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { contentTime, stamp } from "../../../src/languages/stamp.ts"

const root = mkdtempSync(join(tmpdir(), "stamp-"))
afterAll(() => rmSync(root, { recursive: true }))

function tree(name: string, index: string): string {
  const directory = join(root, name)
  mkdirSync(join(directory, "assets"), { recursive: true })
  writeFileSync(join(directory, "index.html"), index)
  writeFileSync(join(directory, "assets", "app.js"), "app")
  symlinkSync("index.html", join(directory, "link"))
  return directory
}

const seconds = (path: string) => lstatSync(path).mtimeMs / 1000

describe("time stamps of files for an image", () => {
  test("equal content, equal time; a page of equal size with other content has another one", () => {
    const one = contentTime(tree("a", '<script src="app-1.js">'))
    expect(contentTime(tree("b", '<script src="app-1.js">'))).toBe(one)
    expect(contentTime(tree("c", '<script src="app-2.js">'))).not.toBe(one)
  })

  test("lie in the past", () => {
    const time = contentTime(tree("d", "x"))
    expect(time).toBeGreaterThan(946_684_799)
    expect(time * 1000).toBeLessThan(Date.parse("2020-01-01"))
  })

  test("are set on files, directories and links, and on the top", () => {
    const directory = tree("e", "x")
    stamp(directory, 1_000_000_000)
    for (const path of ["", "index.html", "link", "assets", "assets/app.js"])
      expect(seconds(join(directory, path))).toBe(1_000_000_000)
  })

  test("come with permissions that do not depend on who checked the files out", () => {
    const directory = tree("f", "x")
    chmodSync(join(directory, "index.html"), 0o666)
    chmodSync(join(directory, "assets", "app.js"), 0o700)
    chmodSync(join(directory, "assets"), 0o700)
    stamp(directory, 0)
    const mode = (path: string) => lstatSync(join(directory, path)).mode & 0o777
    expect(["index.html", "assets/app.js", "assets"].map(mode)).toEqual([0o644, 0o755, 0o755])
  })
})
