/** Where packages come from: what a project, a build secret, or the toolbox's image says. */
import type { Container, Secret } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { npm } from "../../../src/languages/node/managers/npm.ts"
import { pnpm } from "../../../src/languages/node/managers/pnpm.ts"
import { registryOf } from "../../../src/languages/node/managers/registry.ts"
import { yarnBerry } from "../../../src/languages/node/managers/yarn-berry.ts"
import { yarnClassic } from "../../../src/languages/node/managers/yarn-classic.ts"
import { classicSettings } from "../../../src/languages/node/yarnrc.ts"
import { withSecretFiles } from "../../../src/languages/secret-files.ts"

const toolbox = { tools: {} } as never
const secretOf = (text: string) => new Map([["npmrc", { plaintext: async () => text } as unknown as Secret]])
const own = "https://npm.example.org/"

describe("the registry of an installation", () => {
  test.each([
    [".npmrc", pnpm, { ".npmrc": `registry=${own}\n` }],
    ["pnpm-workspace.yaml", pnpm, { "pnpm-workspace.yaml": `packages: []\nregistry: "${own}"\n` }],
    [".yarnrc.yml", yarnBerry, { ".yarnrc.yml": `npmRegistryServer: "${own}"\n` }],
    [".npmrc", yarnClassic, { ".npmrc": `fund=false\nregistry = ${own}\n` }],
    [".yarnrc", yarnClassic, { ".yarnrc": `registry "${own}"\n` }],
  ])(
    "is the one that %s of the project names: no environment counts before it",
    async (_, manager, files) => {
      const read = async (name: string) => new Map(Object.entries<string>(files)).get(name)
      const settings = await manager.settings(read)
      expect(await registryOf({ toolbox, manager, settings })).toEqual({ environment: {}, address: own })
    },
  )

  test.each([pnpm, yarnBerry, yarnClassic])(
    "is the build secret's, and that is written nowhere",
    async (manager) => {
      const secrets = secretOf(`registry=${own}\n//npm.example.org/:_authToken=t\n`)
      expect(await registryOf({ toolbox, manager, settings: {}, secrets })).toEqual({
        environment: {},
        address: null,
      })
    },
  )

  test("npm reads its own settings", async () => {
    expect(await registryOf({ toolbox, manager: npm, settings: {} })).toEqual({
      environment: {},
      address: null,
    })
  })

  test("is told to each in its own words, where nobody names one", () => {
    expect(yarnClassic.registry?.environment(own)).toEqual({ YARN_REGISTRY: own })
    expect(yarnBerry.registry?.environment(own)).toEqual({ YARN_NPM_REGISTRY_SERVER: own })
    // Version 10 reads the first, 11 and later the second.
    expect(pnpm.registry?.environment(own)).toEqual({ NPM_CONFIG_REGISTRY: own, PNPM_CONFIG_REGISTRY: own })
  })
})

test("sibling of G18: the settings of .yarnrc count, and credentials and other programs do not", () => {
  const text = [
    ...[`registry "${own}"`, '"@own:registry" "https://own.example.org/"', "ignore-scripts true", "# c", ""],
    ...[
      'yarn-path ".yarn/yarn.cjs"',
      '"//npm.example.org/:_authToken" "secret"',
      'proxy "http://me:pw@proxy"',
    ],
  ].join("\n")
  expect(classicSettings(text)).toBe(
    `registry "${own}"\n"@own:registry" "https://own.example.org/"\nignore-scripts true\n`,
  )
  expect(yarnClassic.ignoresScripts({ ".yarnrc": classicSettings(text) })).toBe(true)
})

test("G18 yarn reads npm's user configuration in its own form, in memory, and nothing of it is left", async () => {
  const steps: string[] = []
  const container = new Proxy({} as Container, {
    get: (_, method) =>
      // No promise: it can be awaited as it is.
      method === "then"
        ? undefined
        : (path: string) => {
            steps.push(`${String(method)} ${path}`)
            return container
          },
  })
  const asked: string[] = []
  const userConfig = {
    ...yarnBerry.userConfig,
    form: (text: string) => {
      asked.push(text)
      return yarnBerry.userConfig.form?.(text) ?? ""
    },
  }
  const npmrc = "//npm.example.org/:_authToken=t\n"
  await withSecretFiles(secretOf(npmrc), [userConfig], container, (one) => one.withExec(["yarn"]))
  expect(asked).toEqual([npmrc])
  expect(JSON.parse(yarnBerry.userConfig.form?.(npmrc) ?? "")).toMatchObject({
    npmRegistries: { "//npm.example.org": { npmAuthToken: "t" } },
  })
  expect(steps).toEqual([
    ...["withMountedSecret /root/.yarnrc.yml", "withExec yarn", "withoutMount /root/.yarnrc.yml"],
  ])
})
