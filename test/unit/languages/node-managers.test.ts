/** Lock files of npm, pnpm and yarn: what they name, for whom, and which version reads them. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { assertInStep } from "../../../src/languages/node/buildable.ts"
import { reasonOf } from "../../../src/languages/node/managers/catalogue.ts"
import { lockFileOf, managerOf, namedManager } from "../../../src/languages/node/managers/chosen.ts"
import { allPackages, asNpmLock, packagesOf, versionFor } from "../../../src/languages/node/managers/lock.ts"
import { type Member, withNeeded } from "../../../src/languages/node/managers/member.ts"
import { lockedPackages, readNpmLock } from "../../../src/languages/node/managers/npm-lock.ts"
import { readPnpmLock } from "../../../src/languages/node/managers/pnpm-lock.ts"
import { readYarnLock } from "../../../src/languages/node/managers/yarn-lock.ts"
import { packageFileIn } from "../../../src/languages/node/manifest.ts"
import { isStandalone, standaloneLayout } from "../../../src/languages/node/next.ts"
import { isMember, placesIn } from "../../../src/languages/node/workspace.ts"
import { berrySettings, berryUserConfig } from "../../../src/languages/node/yarnrc.ts"

const fixtures = "test/engine/fixtures"
const text = (path: string) => readFileSync(`${fixtures}/${path}`, "utf8")
const paths = [".", "packages/parts", "packages/api", "packages/other"]

/** The workspace that all four managers have locked, with the manifests that each of them got. */
function depot(overlay: string): readonly Member[] {
  return paths.map((path) => {
    const own = (directory: string) => text(`${directory}/${path}/package.json`)
    const read = () => {
      try {
        return own(`depot-locks/${overlay}`)
      } catch {
        return own("depot")
      }
    }
    return { path, ...packageFileIn(read(), path).member }
  })
}

const readers = {
  npm: async () => readNpmLock(text("depot-locks/npm/package-lock.json"), "lock"),
  pnpm: () => readPnpmLock(text("depot-locks/pnpm/pnpm-lock.yaml"), "lock"),
  "yarn-classic": () => readYarnLock(text("depot-locks/yarn-classic/yarn.lock"), "lock"),
  yarn: () => readYarnLock(text("depot-locks/yarn/yarn.lock"), "lock"),
}

describe.each(Object.entries(readers))("a workspace locked by %s", (overlay, read) => {
  const members = depot(overlay)
  const [root, parts, api] = members

  test("names all its packages, and for one member only what that one and those it needs have", async () => {
    const lock = await read()
    if (root === undefined || api === undefined || parts === undefined)
      throw new Error("the fixture is another")
    const names = (found: ReadonlyMap<string, unknown>) => [...found.keys()].sort()
    expect(names(packagesOf(lock, [root, parts, api], false))).toEqual(["mime@4.1.2", "yocto-queue@1.2.2"])
    expect(names(packagesOf(lock, [root, parts, api], true))).toEqual([
      ...["@types/node@24.19.2", "kleur@4.1.5", "mime@4.1.2", "typescript@5.9.3"],
      ...["undici-types@7.24.6", "yocto-queue@1.2.2"],
    ])
    expect(names(allPackages(lock))).toContain("ms@2.1.3")
    expect(allPackages(lock).size).toBe(7)
  })

  test("has the tools of a member's checks, also those that only the workspace's root names", async () => {
    const lock = await read()
    if (root === undefined || api === undefined) throw new Error("the fixture is another")
    expect(versionFor(lock, [api, root], "typescript")).toBe("5.9.3")
    expect(versionFor(lock, [api, root], "kleur")).toBe("4.1.5")
    expect(versionFor(lock, [api, root], "eslint")).toBeUndefined()
  })
})

test("members are built after those that they need, and only these", () => {
  const members = depot("npm")
  const needed = withNeeded(
    members,
    members.filter(({ path }) => path === "packages/api"),
    true,
  )
  expect(needed.map(({ path }) => path)).toEqual(["packages/parts", "packages/api"])
})

test("packages in npm's form are counted as they are: each version once, under its real name", () => {
  const list = asNpmLock([
    { name: "a", version: "1.0.0", needs: [] },
    { name: "a", version: "2.0.0", needs: [] },
    { name: "@s/b", version: "1.0.0", needs: [] },
  ])
  expect(lockedPackages(list, "list")).toMatchObject({ production: 3, development: 0 })
})

describe("older and other forms of pnpm's lock file", () => {
  const member: Member = { path: ".", ...packageFileIn('{"dependencies":{"a":"1","b":"1"}}', "f").member }
  test.each([
    [
      "5.4",
      "lockfileVersion: 5.4\ndependencies:\n  a: 1.0.0_b@2.0.0\n  b: 2.0.0\npackages:\n  /a/1.0.0_b@2.0.0:\n    dependencies:\n      '@s/c': 3.0.0\n  /b/2.0.0: {}\n  /@s/c/3.0.0: {}\n  /d/4.0.0:\n    dev: true\n",
    ],
    [
      "6.0",
      "lockfileVersion: '6.0'\ndependencies:\n  a:\n    specifier: '1'\n    version: 1.0.0(b@2.0.0)\n  b:\n    specifier: '1'\n    version: 2.0.0\npackages:\n  /a@1.0.0(b@2.0.0):\n    dependencies:\n      '@s/c': 3.0.0\n  /b@2.0.0: {}\n  /@s/c@3.0.0: {}\n  /d@4.0.0:\n    dev: true\n",
    ],
    [
      "9.0, with an alias and a document about pnpm itself",
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    packageManagerDependencies:\n      pnpm: {specifier: 11.0.0, version: 11.0.0}\npackages:\n  pnpm@11.0.0: {}\n---\nlockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: '1', version: 1.0.0(b@2.0.0)}\n      b: {specifier: '1', version: 2.0.0}\npackages:\n  a@1.0.0: {}\n  b@2.0.0: {}\n  '@s/c@3.0.0': {}\n  d@4.0.0: {}\nsnapshots:\n  a@1.0.0(b@2.0.0):\n    dependencies:\n      other: '@s/c@3.0.0'\n  b@2.0.0: {}\n  '@s/c@3.0.0': {}\n  d@4.0.0: {}\n",
    ],
  ])("%s names the same packages", async (_, lockText) => {
    const lock = await readPnpmLock(lockText, "lock")
    expect([...packagesOf(lock, [member], false).keys()].sort()).toEqual(["@s/c@3.0.0", "a@1.0.0", "b@2.0.0"])
    expect(allPackages(lock).size).toBe(4)
  })
})

test("yarn 1: an alias is counted under its real name, and an optional dependency is one", async () => {
  const lock = await readYarnLock(
    '# yarn lockfile v1\n\n\n"a@npm:real@^1.0.0", a@^1:\n  version "1.2.0"\n  optionalDependencies:\n    "@s/b" "^2.0.0"\n\n"@s/b@^2.0.0":\n  version "2.0.1"\n',
    "yarn.lock",
  )
  const member: Member = {
    path: ".",
    ...packageFileIn('{"dependencies":{"a":"npm:real@^1.0.0"}}', "f").member,
  }
  expect([...packagesOf(lock, [member], false).keys()].sort()).toEqual(["@s/b@2.0.1", "real@1.2.0"])
})

test.each([
  ["pnpm", readPnpmLock, "lockfileVersion: '9.0'\npackages:\n  a@https://example.org/a.tgz: {}\n"],
  ["pnpm", readPnpmLock, "lockfileVersion: '9.0'\npackages: [a]\n"],
  ["pnpm", readPnpmLock, "a: [\n"],
  ["pnpm", readPnpmLock, ""],
  ["yarn 1", readYarnLock, "# yarn lockfile v1\n\na@^1:\n  resolved x\n"],
  ["yarn 1", readYarnLock, "# yarn lockfile v1\n\n<<<<<<< HEAD\n"],
  [
    "yarn",
    readYarnLock,
    "__metadata:\n  version: 8\n\na@npm:1:\n  version: unknown\n  resolution: a@npm:1\n",
  ],
  ["yarn", readYarnLock, ""],
] as const)(
  "a lock file of %s that does not tell is an error, and never an empty one",
  async (_, read, broken) => {
    await expect(read(broken, "the/lock")).rejects.toThrow(/CONFIG_INVALID: the\/lock cannot be read/)
  },
)

describe("which package manager, and which version of it", () => {
  const named = (field: string) => namedManager(field, "package.json")
  const place = { directory: "web", name: "web" }

  test("the field packageManager names an exact version, with a hash or without", () => {
    expect(named("pnpm@10.4.1")).toEqual({ name: "pnpm", version: "10.4.1" })
    expect(named("yarn@4.9.1+sha224.ab12")).toMatchObject({ hash: { algorithm: "sha224", value: "ab12" } })
    for (const field of ["pnpm@^10", "pnpm", "bun@1.0.0", "pnpm@https://example.org/pnpm.tgz"])
      expect(() => named(field)).toThrow(/CONFIG_INVALID: packageManager is/)
  })

  test("one lock file counts; of two, that of the manager which the project names", () => {
    expect(lockFileOf(["yarn.lock"], undefined, place)).toBe("yarn.lock")
    expect(lockFileOf(["package-lock.json", "yarn.lock"], named("yarn@1.22.22"), place)).toBe("yarn.lock")
    expect(() => lockFileOf(["package-lock.json", "yarn.lock"], undefined, place)).toThrow(
      /CONFIG_INVALID: web has lock files of several package managers: package-lock\.json, yarn\.lock/,
    )
  })

  test("the lock file of another manager than the named one is an error", () => {
    expect(() => lockFileOf(["package-lock.json"], named("pnpm@10.4.1"), place)).toThrow(
      /web is a project of pnpm[\s\S]*no pnpm-lock\.yaml/,
    )
    const classic = "# yarn lockfile v1\n"
    expect(() => managerOf("yarn.lock", classic, named("yarn@4.9.1"), "yarn.lock")).toThrow(
      /yarn 4\.9\.1 does not read yarn\.lock/,
    )
  })

  test.each([
    ["pnpm-lock.yaml", "lockfileVersion: '9.0'\n", "10.34.9"],
    ["pnpm-lock.yaml", "lockfileVersion: '6.0'\n", "8.15.9"],
    ["pnpm-lock.yaml", "lockfileVersion: 5.4\n", "7.33.7"],
    ["yarn.lock", "# yarn lockfile v1\n", "1.22.22"],
    ["yarn.lock", "# x\n\n__metadata:\n  version: 4\n  cacheKey: 7\n", "2.4.2"],
    ["yarn.lock", "# x\n\n__metadata:\n  version: 5\n  cacheKey: 8\n", "3.1.1"],
    ["yarn.lock", "# x\n\n__metadata:\n  version: 8\n", "4.13.0"],
    ["yarn.lock", "# x\n\n__metadata:\n  version: 9\n", "4.14.1"],
    ["yarn.lock", "# x\n\n__metadata:\n  version: 10\n", "4.18.1"],
    ["yarn.lock", "# x\n\n__metadata:\n  cacheKey: 8\n  version: 6\n", "3.8.7"],
  ])("without the field, the form of %s tells: %j by %s", (file, lock, version) => {
    expect(managerOf(file, lock, undefined, file).version).toEqual({ version })
  })

  test.each([
    ["pnpm-lock.yaml", "lockfileVersion: '99.0'\n"],
    ["yarn.lock", "__metadata:\n  version: 99\n"],
    ["yarn.lock", "{}\n"],
  ])("a form of %s that is not known is an error, and no version is guessed", (file, lock) => {
    expect(() => managerOf(file, lock, undefined, file)).toThrow(/CONFIG_INVALID: .* cannot be read/)
  })
})

describe("a lock file of yarn 1 that is out of step", () => {
  const lock = '# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n'
  const member = (json: string, path = "packages/api"): Member => ({
    path,
    ...packageFileIn(json, "f").member,
  })

  test("is refused by the name of what it lacks, also where only a member of the workspace names it", () => {
    expect(() =>
      assertInStep(lock, "yarn.lock", [member('{"devDependencies":{"a":"^1","b":"^2"}}')]),
    ).toThrow(
      /CONFIG_INVALID: yarn\.lock does not match package\.json[\s\S]*it lacks b@\^2 of packages\/api\/package\.json/,
    )
  })

  test("is not: other members, peers, links, and what resolutions put in the place of another", () => {
    const root = member('{"resolutions":{"**/c":"3.0.0"}}', ".")
    const own = member(
      '{"name":"own","dependencies":{"a":"^1","other":"1.0.0","c":"^2","l":"link:./l"},"peerDependencies":{"p":"1"}}',
    )
    expect(() => assertInStep(lock, "yarn.lock", [root, own, member('{"name":"other"}')])).not.toThrow()
  })
})

describe("the directories of a workspace", () => {
  test.each([
    ["packages/api", ["packages/*"], true],
    ["packages/api/nested", ["packages/*"], false],
    ["apps/shop/web", ["apps/**"], true],
    ["packages/old", ["packages/*", "!packages/old"], false],
    ["web", ["./web/"], true],
    ["other", ["web"], false],
  ])("%s is a member by %j: %s", (path, patterns, is) => {
    expect(isMember(path, patterns)).toBe(is)
  })

  test("what a member's settings name beside it belongs to it", () => {
    const settings =
      '{"extends":"../../tsconfig.base.json","references":[{"path":"../parts"}],"x":"./src/../a","y":"*/../b"}'
    expect(placesIn(settings, "packages/api")).toEqual(["tsconfig.base.json", "packages/parts"])
  })
})

describe("settings and logins of yarn", () => {
  const variable = "$" + "{NPM_TOKEN}"

  test("sibling of G18: the settings of .yarnrc.yml count, and credentials reach no layer", async () => {
    const settings = [
      ...["nodeLinker: node-modules", "yarnPath: .yarn/releases/yarn-4.9.1.cjs", "npmAuthToken: secret-one"],
      ...[
        "npmScopes:",
        "  acme:",
        "    npmRegistryServer: https://npm.acme.dev",
        `    npmAuthToken: ${variable}`,
      ],
      ...["npmRegistries:", "  //npm.acme.dev:", "    npmAuthIdent: secret-two"],
      "httpsProxy: http://me:secret-three@proxy:3128",
    ].join("\n")
    expect(await berrySettings(settings, ".yarnrc.yml")).toBe(
      "nodeLinker: node-modules\nnpmScopes:\n  acme:\n    npmRegistryServer: https://npm.acme.dev\n",
    )
  })

  test("npm's user configuration becomes yarn's own: registries, scopes and tokens", () => {
    const npmrc =
      'registry=https://npm.acme.dev/\n@acme:registry = https://npm.acme.dev/x/\n//npm.acme.dev/x/:_authToken="t"\n; c\n'
    expect(JSON.parse(berryUserConfig(npmrc))).toEqual({
      npmRegistryServer: "https://npm.acme.dev/",
      npmScopes: { acme: { npmRegistryServer: "https://npm.acme.dev/x/" } },
      npmRegistries: { "//npm.acme.dev/x": { npmAlwaysAuth: true, npmAuthToken: "t" } },
    })
  })
})

test("the server that Next.js writes has its files for browsers beside it, in a workspace at its own place", () => {
  const component = { kind: "service", entry: "./.next/standalone/apps/web/server.js" } as never
  expect(isStandalone(component)).toBe(true)
  expect(standaloneLayout(component)).toEqual({
    directory: "apps/web",
    server: "server.js",
    parts: [
      { from: ".next/standalone", to: "." },
      { from: ".next/static", to: "apps/web/.next/static" },
      { from: "public", to: "apps/web/public" },
    ],
  })
  expect(isStandalone({ kind: "service", entry: "dist/server.js" } as never)).toBe(false)
})

test("what is of no package manager is left to whoever asks", () => {
  expect(reasonOf(["error TS2345: Argument of type", "src/a.ts:1:1"])).toBeNull()
})
