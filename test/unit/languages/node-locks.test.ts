/** Lock files as the package managers themselves wrote them, and the addresses in those of yarn 1. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { managerOf } from "../../../src/languages/node/managers/chosen.ts"
import { packagesOf, versionFor } from "../../../src/languages/node/managers/lock.ts"
import type { Member } from "../../../src/languages/node/managers/member.ts"
import { atRegistry } from "../../../src/languages/node/managers/yarn-addresses.ts"
import { packageFileIn } from "../../../src/languages/node/manifest.ts"

const recorded = (name: string) => readFileSync(`test/recorded/node-locks/${name}`, "utf8")
const member: Member = {
  path: ".",
  ...packageFileIn(
    '{"dependencies":{"react":"18.3.1","react-dom":"18.3.1","alias":"npm:ms@2.1.3"},"devDependencies":{"kleur":"4.1.5"}}',
    "package.json",
  ).member,
}

describe.each([
  ["pnpm-7.yaml", "7.33.7"],
  ["pnpm-8.yaml", "8.15.9"],
  ["pnpm-10.yaml", "10.34.9"],
  ["yarn-1.22.22.lock", "1.22.22"],
  ["yarn-2.4.2.lock", "2.4.2"],
  ["yarn-3.1.1.lock", "3.1.1"],
  ["yarn-3.8.7.lock", "3.8.7"],
  ["yarn-4.13.0.lock", "4.13.0"],
  ["yarn-4.14.1.lock", "4.14.1"],
  ["yarn-4.18.1.lock", "4.18.1"],
])("%s", (name, writer) => {
  const lockFile = name.startsWith("pnpm") ? "pnpm-lock.yaml" : "yarn.lock"
  const { manager, version } = managerOf(lockFile, recorded(name), undefined, name)

  test("is installed by the version that wrote it", () => {
    expect(version).toEqual({ version: writer })
  })

  test("names packages for production and for development, an alias by its real name", async () => {
    const lock = await manager.readLock(recorded(name), name, [member])
    const names = (withDevelopment: boolean) => [...packagesOf(lock, [member], withDevelopment).keys()].sort()
    const production = ["js-tokens@4.0.0", "loose-envify@1.4.0", "ms@2.1.3", "react-dom@18.3.1"]
    expect(names(false)).toEqual([...production, "react@18.3.1", "scheduler@0.23.2"].sort())
    expect(names(true)).toContain("kleur@4.1.5")
    expect(names(true)).toHaveLength(7)
    expect(versionFor(lock, [member], "kleur")).toBe("4.1.5")
    expect(versionFor(lock, [member], "alias")).toBe("2.1.3")
  })
})

describe("the addresses in a lock file of yarn 1", () => {
  const here = "https://mirror.example.org/npm"
  const addresses = (lock: string) => [...lock.matchAll(/^ {2}resolved "([^"]+)"/gm)].map(([, one]) => one)
  const entry = (name: string, resolved: string, held = true) =>
    `${name}@^1:\n  version "1.0.0"\n  resolved "${resolved}"\n${held ? "  integrity sha512-a==\n" : ""}\n`
  const head = "# yarn lockfile v1\n\n\n"

  test("become those of the configured registry, and nothing else of a real one changes", () => {
    const lock = recorded("yarn-1.22.22.lock")
    const moved = atRegistry(lock, here)
    expect(addresses(moved)).toHaveLength(7)
    for (const address of addresses(moved))
      expect(address).toMatch(/^https:\/\/mirror\.example\.org\/npm\/[a-z-]+\/-\//)
    expect(moved.replaceAll(`${here}/`, "https://registry.example.org/")).toBe(lock)
    expect(atRegistry(moved, `${here}/`)).toBe(moved)
  })

  test("of another registry than most entries have stay: private scopes, repositories of git, archives elsewhere", () => {
    const usual = "https://a.example.org/npm/"
    const others = [
      "https://b.example.org/@own/kit/-/kit-1.0.0.tgz",
      "https://a.example.org/private/@own/other/-/other-1.0.0.tgz",
      "https://code.example.org/x/y/tar.gz/0123456789abcdef0123456789abcdef01234567",
    ]
    const lock = [
      ...[head, entry("a", `${usual}a/-/a-1.0.0.tgz`), entry('"@s/b', `${usual}@s/b/-/b-1.0.0.tgz`)],
      ...[entry("c", `${usual}@s%2fc/-/c-1.0.0.tgz`), ...others.map((one, index) => entry(`o${index}`, one))],
    ]
    expect(addresses(atRegistry(lock.join(""), here))).toEqual([
      ...[`${here}/a/-/a-1.0.0.tgz`, `${here}/@s/b/-/b-1.0.0.tgz`, `${here}/@s%2fc/-/c-1.0.0.tgz`],
      ...others,
    ])
  })

  test("whose content no hash holds stay: another registry could send something else", () => {
    const hash = "0123456789abcdef0123456789abcdef01234567"
    const from = "https://a.example.org"
    const lock =
      head +
      entry("a", `${from}/a/-/a-1.0.0.tgz`, false) +
      entry("b", `${from}/b/-/b-1.0.0.tgz#${hash}`, false) +
      entry("c", `${from}/c/-/c-1.0.0.tgz`)
    expect(addresses(atRegistry(lock, here))).toEqual([
      ...[`${from}/a/-/a-1.0.0.tgz`, `${here}/b/-/b-1.0.0.tgz#${hash}`, `${here}/c/-/c-1.0.0.tgz`],
    ])
  })
})
