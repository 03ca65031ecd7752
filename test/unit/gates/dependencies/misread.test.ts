/** A lock file that says one thing to osv-scanner, and another to what installs by it, is not clean. */
import { describe, expect, test } from "vitest"
import { misread } from "../../../../src/gates/dependencies/misread.ts"
import { judge, recorded } from "./support.ts"

const npm = (entry: object, name = "minimist") =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { "": { name: "x" }, [`node_modules/${name}`]: entry },
  })
const tarball = "https://registry.example/minimist/-/minimist-1.2.0.tgz"

describe("a vulnerable package hides behind no field that the scanner alone reads", () => {
  test.each([
    ["package-lock.json", npm({ version: "1.2.0", Version: "1.2.8" }), '"Version"'],
    ["package-lock.json", npm({ version: "1.2.0", Name: "harmless" }), '"Name"'],
    ["package-lock.json", npm({ version: "1.2.0", "ver\u017fion": "1.2.8" }), '"ver\u017fion"'],
    ["package-lock.json", '{"packages":{},"Packages":{}}', '"Packages"'],
    ["package-lock.json", '{"packages":{},"packages":{"node_modules/a":{}}}', '"packages" twice'],
    ["Pipfile.lock", '{"default":{"pyyaml":{"version":"==5.3","Version":"==6.0"}}}', '"Version"'],
    ["packages.lock.json", '{"dependencies":{"net8.0":{"A":{"resolved":"1","Resolved":"2"}}}}', '"Resolved"'],
    ["composer.lock", '{"packages":[{"name":"a/b","version":"1","Version":"2"}]}', '"Version"'],
    ["poetry.lock", '[[package]]\nname = "a"\nversion = "1"\nVersion = "99.0"\n', '"Version"'],
    ["uv.lock", '[[package]]\nname = "a"\nversion = "1"\n"VERSION" = "99.0"\n', '"VERSION"'],
    ["Cargo.lock", '[[Package]]\nname = "a"\nversion = "1"\n', '"Package"'],
    ["bun.lock", '{\n  "packages": {},\n  "Packages": {},\n}', '"Packages"'],
    [
      "pnpm-lock.yaml",
      "lockfileVersion: '9.0'\npackages:\n  lodash@4.17.15:\n    name: harmless\n",
      "call it harmless",
    ],
    [
      "pnpm-lock.yaml",
      "lockfileVersion: '6.0'\npackages:\n  /@a/b@4.17.15(c@1.0.0):\n    version: 99.0.0\n",
      "it is 99.0.0",
    ],
    [
      "pnpm-lock.yaml",
      "lockfileVersion: 5.4\npackages:\n  /lodash/4.17.15_a@1.0.0:\n    version: 99.0.0\n",
      "it is 99.0.0",
    ],
    [
      "pnpm-lock.yaml",
      "lockfileVersion: '9.0'\n---\nlockfileVersion: '9.0'\n",
      "more than one YAML document",
    ],
  ])("%s %s", (form, text, why) => {
    expect(misread(form, text)).toContain(why)
  })
})

describe("a vulnerable package hides behind no version that its tarball does not have", () => {
  test.each([
    ["package-lock.json", npm({ version: "1.2.8", resolved: tarball })],
    ["package-lock.json", npm({ version: "1.2.8", resolved: `${tarball}?a=b` })],
    ["package-lock.json", npm({ version: "1.2.8", resolved: tarball.replace("/-/", "/%2D/") })],
    ["package-lock.json", npm({ version: "1.2.0", name: "harmless", resolved: tarball })],
    ["package-lock.json", `{"dependencies":{"minimist":{"version":"1.2.8","resolved":"${tarball}"}}}`],
    ["yarn.lock", `# yarn lockfile v1\n\nminimist@^1.2.0:\n  version "1.2.8"\n  resolved "${tarball}#aa"\n`],
    [
      "pnpm-lock.yaml",
      `lockfileVersion: '9.0'\npackages:\n  minimist@1.2.8:\n    resolution: {integrity: sha512-aa, tarball: ${tarball}}\n`,
    ],
  ])("%s %s", (form, text) => {
    expect(misread(form, text)).toMatch(/^it says that .* and has it taken from minimist-1\.2\.0\.tgz$/)
  })
})

describe("what package managers write is told as it is", () => {
  test.each([
    ["package-lock.json", npm({ version: "1.2.0", resolved: tarball })],
    ["package-lock.json", npm({ version: "1.2.0", name: "minimist", resolved: tarball }, "alias")],
    [
      "package-lock.json",
      npm({ version: "1.0.0", resolved: "https://r.example/@a/b/-/b-1.0.0.tgz" }, "@a/b"),
    ],
    [
      "package-lock.json",
      npm({ version: "1.0.0", resolved: "https://r.example/@a/b/-/@a/b-1.0.0.tgz" }, "@a/b"),
    ],
    ["package-lock.json", npm({ version: "1.3.5", resolved: "https://r.example/j/-/J-1.3.5.tgz" }, "J")],
    ["package-lock.json", npm({ version: "1.0.0", resolved: "git+ssh://git@host.example/a/b.git#aa" })],
    [
      "package-lock.json",
      `{"dependencies":{"a":{"version":"npm:minimist@1.2.0","resolved":"${tarball}"},"Version":{"version":"1.0.0"}}}`,
    ],
    ["packages.lock.json", '{"version":1,"dependencies":{"net8.0":{"Optional":{"resolved":"4.0.0"}}}}'],
    ["composer.lock", '{"packages":[{"name":"a/b","version":"1","extra":{"Version":"2"}}]}'],
    ["poetry.lock", '[[package]]\nname = "a"\nversion = "1"\n[package.dependencies]\nVersion = "*"\n'],
    [
      "pnpm-lock.yaml",
      "lockfileVersion: '9.0'\npackages:\n  a@https://host.example/a.tgz:\n    version: 1.0.0\n",
    ],
    ["yarn.lock", `"a@npm:minimist@^1.2.0":\n  version "1.2.0"\n  resolved "${tarball}#aa"\n`],
    ["yarn.lock", '"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n'],
    ["requirements.txt", "# a\u00a0comment\r\nname==1.0\r\n"],
  ])("%s %s", (form, text) => {
    expect(misread(form, text)).toBeUndefined()
  })
})

describe("a package hides behind no character that pip skips and the scanner does not", () => {
  test.each([
    "\ufeffpyyaml==5.3",
    "\u00a0pyyaml==5.3",
    "# only a comment\x0cpyyaml==5.3",
    "# only a comment\x0bpyyaml==5.3",
    "# only a comment\x1cpyyaml==5.3",
    "# only a comment\u0085pyyaml==5.3",
    "# only a comment\u2028pyyaml==5.3",
    "# only a comment\rpyyaml==5.3",
    "# -*- coding: utf-7 -*-\n# +AAo-pyyaml==5.3",
  ])("%j", (text) => {
    expect(misread("requirements.txt", text)).toBeDefined()
  })

  test("nor in other forms of lines", () => {
    expect(misread("yarn.lock", "\ufeffminimist@1:\n")).toContain("U+FEFF")
    expect(misread("gradle.lockfile", "\ufeffa:b:1=c\n")).toContain("U+FEFF")
  })
})

test("a lock file that names other packages to the scanner refuses, and what was found in it is told still", () => {
  const texts = { "web/package-lock.json": npm({ version: "1.2.0", Version: "1.2.8" }) }
  const { findings } = judge(recorded("findings", { texts }), { failOn: ["critical"] })
  expect(findings.find(({ rule }) => rule === "lock-file-unread")).toMatchObject({
    severity: "critical",
    location: { file: "web/package-lock.json" },
    message: expect.stringContaining("other packages than those that it installs"),
  })
  expect(findings.map(({ rule }) => rule)).toContain("CVE-2021-44906")
})
