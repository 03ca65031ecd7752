/** Which lines of a .dockerignore leave something out before the build does. */
import { describe, expect, it } from "vitest"
import { plainPatterns } from "../../../src/languages/dockerfile/known-context.ts"

describe("lines of a .dockerignore", () => {
  it("are patterns, without comments, empty lines and slashes around them", () => {
    expect(plainPatterns("# all\n\n/README*\r\n docs/ \n**/.idea\n./a//b\n")).toEqual([
      ...["README*", "docs", "**/.idea", "a/b"],
    ])
    expect(plainPatterns("")).toEqual([])
  })

  it("leave out no more than the build, where one file with a byte order mark was put behind another", () => {
    expect(plainPatterns("\uFEFF# all\nREADME\n\uFEFFsrc\ndocs\uFEFF\n")).toEqual(["README"])
    expect(plainPatterns("\uFEFF!a\nREADME\n")).toEqual([])
  })

  it("are left to the build where one takes paths in again: what a line before it leaves out may be wanted", () => {
    expect(plainPatterns("*\n!src\n")).toEqual([])
  })

  it.each(["a/**", "a/**/b", "[ab]", "a?", "a\\ b", "/", "."])("%s is left to the build", (line) => {
    expect(plainPatterns(`${line}\nREADME\n`)).toEqual(["README"])
  })
})
