/** What init writes is read without a problem by the configuration check, and says why each value is what it is. */
import { describe, expect, test } from "vitest"
import {
  environmentFile,
  reachedComponent,
  registryOf,
  signalboxFile,
  withReportsIgnored,
} from "../../../src/adoption/index.ts"
import { checkConfig, checkEnvironment, checkTogether, parseConfig } from "../../../src/config/index.ts"
import { detectComponents } from "../../../src/languages/index.ts"
import { treeOf } from "../languages/trees.ts"

const shop = treeOf({
  "web/package.json": { scripts: { build: "vite build" }, devDependencies: { vite: "7.0.0" } },
  ...{ "web/package-lock.json": "", "web/index.html": "" },
  "api/package.json": {
    scripts: { compile: "tsc", start: "node dist/server.js" },
    dependencies: { express: "5.0.0" },
  },
  ...{
    "api/package-lock.json": "",
    "api/src/server.ts": 'app.get("/health", ok); app.listen(process.env.PORT ?? 3000)',
  },
  "stamps/Dockerfile": "FROM x\nEXPOSE 9000\n",
  "stamps/package.json": { scripts: { start: "node stamps.js" } },
  ...{ "stamps/package-lock.json": "", "stamps/stamps.js": "" },
  "old/package.json": { dependencies: { express: "4.0.0" } },
})

const written = async (coverage: Parameters<typeof signalboxFile>[0]["coverage"] = {}) =>
  signalboxFile({
    project: { setting: "project", value: "shop", because: "the address of the remote origin" },
    registry: {
      setting: "registry",
      value: "ghcr.io/example",
      because: "the remote origin is on github.com",
    },
    detection: await detectComponents(shop, "shop"),
    ...{ coverage, environments: ["staging", "production"], charts: ["deploy/chart"] },
  })

const environments = (pins?: Parameters<typeof environmentFile>[0]["pins"]) => {
  const access = reachedComponent([{ name: "api" }, { name: "web" }])
  const all = { project: "shop", access, pins }
  return [
    environmentFile({ ...all, name: "staging", isProtected: false }),
    environmentFile({ ...all, name: "production", isProtected: true, promotesFrom: "staging" }),
  ]
}

test.each([
  [["admin", "shop-api-gateway", "shop-orders"], "shop-api-gateway"],
  [["billing-web", "api"], "api"],
  [["orders", "mails"], "orders"],
])("of the components %j, tests reach %s first", (names, component) => {
  expect(reachedComponent(names.map((name) => ({ name }))).component).toBe(component)
})

describe("signalbox.yaml", () => {
  test("has what differs from the defaults, each value with its reason", async () => {
    expect(await written()).toMatchSnapshot()
  })

  test("and the environments are read without a problem", async () => {
    const config = checkConfig(await written(), "signalbox.yaml")
    const [staging = "", production = ""] = environments({
      server: "https://10.0.0.1:6443",
      caFingerprint: `sha256:${"a".repeat(64)}`,
    })
    const checked = [
      checkEnvironment(staging, "environments/staging.yaml"),
      checkEnvironment(production, "environments/production.yaml"),
    ]
    expect([config, ...checked].flatMap(({ problems }) => problems)).toEqual([])
    expect(checkTogether(config, checked)).toEqual([])
    expect(Object.keys(config.value?.components ?? {})).toEqual(["api", "stamps", "web"])
    expect(checked.map(({ value }) => value)).toMatchObject([
      {
        name: "staging",
        namespace: "shop-staging",
        release: "shop",
        access: { component: "web" },
        protected: false,
      },
      {
        name: "production",
        protected: true,
        promotesFrom: "staging",
        cluster: { server: "https://10.0.0.1:6443" },
      },
    ])
  })

  test("has measured coverage as the minimum only where it is below the default", async () => {
    const text = await written({
      api: { percent: 43.99 },
      web: { percent: 91 },
      stamps: { why: "no script coverage" },
    })
    const { components } = parseConfig(text, "signalbox.yaml")
    expect(Object.entries(components).map(([name, one]) => [name, one.coverageMinimum])).toEqual([
      ["api", 43],
      ["stamps", 88],
      ["web", 88],
    ])
    expect(text).toContain("# coverageMinimum has its default, 88: no script coverage")
  })

  test("is not broken by what a tree has for names", async () => {
    const path = "a\nregistry: evil.example"
    const detection = {
      components: [],
      notLookedInto: [],
      notBuilt: [{ path, language: "node", why: "x\ry" }],
    }
    const setting = { setting: "x", value: "shop", because: "b\n- c" }
    const text = signalboxFile({
      ...{ project: setting, registry: { ...setting, value: "ghcr.io/x" }, detection, coverage: {} },
      ...{ environments: ["staging"], charts: [`${path}/chart`] },
    })
    expect(text).not.toMatch(/^registry: evil/m)
    expect(checkConfig(text, "signalbox.yaml").problems.map(({ path: where }) => where)).toEqual([
      "components",
    ])
  })
})

test("a registry is that of the code host, below the owner", () => {
  expect(registryOf({ host: "github.com", owner: "Example", name: "shop" })?.value).toBe("ghcr.io/example")
  expect(registryOf({ host: "gitlab.com", owner: "group/team", name: "shop" })?.value).toBe(
    "registry.gitlab.com/group/team",
  )
  expect(registryOf({ host: "git.example.org", owner: "x", name: "shop" })).toBeUndefined()
  expect(registryOf({ name: "shop" })).toBeUndefined()
})

test("reports are ignored by git, once, and what .gitignore says stays", () => {
  expect(withReportsIgnored(undefined)).toBe("# reports of Signalbox\n/out/\n")
  expect(withReportsIgnored("dist")).toBe("dist\n# reports of Signalbox\n/out/\n")
  for (const known of ["out", "/out/", "**/out/**", "a\r\nout/\r\n"])
    expect(withReportsIgnored(known)).toBeUndefined()
})
