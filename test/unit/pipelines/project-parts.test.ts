/** What languages and configuration know of a project, and what a changed path therefore reaches. */
import { type Directory, type DirectoryExistsOpts, ExistsType, type File } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { projectParts } from "../../../pipelines/project-parts.ts"
import { why } from "../../../pipelines/why.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { parseConfig } from "../../../src/config/index.ts"
import { affectedBy } from "../../../src/domain/index.ts"
import { parseToolbox } from "../../../src/toolbox/index.ts"
import { minimalEnvironment } from "../config/texts.ts"
import { tree } from "../languages/python/tree.ts"

const config = `schemaVersion: 1
project: shop
registry: registry.example/shop
components:
  web: { path: web, language: node, kind: service, entry: src/server.js, files: [test/page.html] }
  worker: { path: apps/worker, language: node, kind: service, entry: src/main.js }
  scoring: { path: scoring, language: python, kind: asgi }
  orders: { path: shop/orders, language: java }
  gateway: { path: gateway, language: dockerfile, development: build }
  cache: { image: registry.example/library/cache@sha256:${"a".repeat(64)} }
chart: { path: deploy/chart, values: deploy/values.yaml }
smoke: deploy/smoke.yaml
waivers: waivers.yaml
environments: [staging, production]
`

const pom = (artifact: string, more = "") =>
  `<project><groupId>a</groupId><artifactId>${artifact}</artifactId><version>1</version>${more}</project>`

const files: Readonly<Record<string, string>> = {
  "signalbox.yaml": config,
  "toolbox.yaml": "",
  "waivers.yaml": "",
  "README.md": "",
  "environments/staging.yaml": minimalEnvironment,
  "environments/production.yaml": minimalEnvironment.replace("name: staging", "name: production"),
  "deploy/chart/Chart.yaml": "",
  "deploy/values.yaml": "",
  "deploy/smoke.yaml": "",
  "web/package.json": "{}",
  "web/package-lock.json": JSON.stringify({
    packages: { "": {}, "node_modules/x": { resolved: "file:test/x.tgz" } },
  }),
  "web/.npmrc": "",
  "web/README.md": "",
  "web/src/server.js": "",
  "web/test/a.test.js": "",
  "web/test/page.html": "",
  "web/test/x.tgz": "",
  "apps/package-lock.json": "{}",
  "apps/worker/package.json": "{}",
  "apps/worker/src/main.js": "",
  "apps/shared/index.js": "",
  "scoring/pyproject.toml": '[project]\nname = "scoring"\nversion = "1"\n',
  "scoring/uv.lock":
    'version = 1\n[[package]]\nname = "scoring"\nversion = "1"\nsource = { virtual = "." }\n',
  "scoring/main.py": "",
  "scoring/tests/test_a.py": "",
  "shop/pom.xml": pom(
    "shop",
    "<packaging>pom</packaging><modules><module>orders</module><module>common</module><module>bills</module></modules>",
  ),
  "shop/orders/pom.xml": pom(
    "orders",
    "<dependencies><dependency><groupId>a</groupId><artifactId>common</artifactId></dependency></dependencies>",
  ),
  "shop/orders/src/main/java/A.java": "",
  "shop/common/pom.xml": pom("common"),
  "shop/common/src/main/java/B.java": "",
  "shop/bills/pom.xml": pom("bills"),
  "shop/bills/src/main/java/C.java": "",
  "gateway/Dockerfile": "FROM scratch\n",
  "gateway/README.md": "",
}

class Call extends Session {
  /** @param links paths that are symbolic links */
  constructor(
    more: Readonly<Record<string, string>> = {},
    inputs: Partial<Inputs> = {},
    links: readonly string[] = [],
  ) {
    const plain = tree({ ...files, ...more })
    const source: Directory = Object.assign(Object.create(plain), plain, {
      exists: async (path: string, options?: DirectoryExistsOpts) =>
        options?.expectedType === ExistsType.SymlinkType ? links.includes(path) : plain.exists(path, options),
    })
    const toolbox = { name: async () => "toolbox.yaml" } as unknown as File
    super({ source, toolbox, ...inputs } as Inputs)
  }
  override async config() {
    return parseConfig(config, "signalbox.yaml")
  }
  override async toolbox() {
    const node = "tools: { node: { image: example/node:24, version: 24.9.0 } }\n"
    return parseToolbox(`schemaVersion: 1\n${node}`, "toolbox.yaml")
  }
}

async function reached(path: string, call = new Call()) {
  const found = affectedBy([{ path, change: "modified" }], await projectParts(call))
  return found.components.map(({ component, image }) => (image ? component : `${component}: checks`))
}

describe("a path", () => {
  test.each([
    ["web/src/server.js", ["web"]],
    ["web/README.md", ["web: checks"]],
    ["web/test/a.test.js", ["web: checks"]],
    // Left out of the sources, and read all the same.
    ["web/.npmrc", ["web"]],
    ["web/test/page.html", ["web"]],
    ["web/test/x.tgz", ["web"]],
    ["scoring/uv.lock", ["scoring"]],
    ["scoring/tests/test_a.py", ["scoring: checks"]],
    ["scoring/.python-version", ["scoring"]],
    // Its Dockerfile may copy anything.
    ["gateway/README.md", ["gateway"]],
    ["apps/shared/index.js", ["worker"]],
    ["apps/package-lock.json", ["worker"]],
    ["shop/common/src/main/java/B.java", ["orders"]],
    ["shop/bills/src/main/java/C.java", []],
    ["shop/bills/pom.xml", ["orders"]],
    ["shop/.mvn/maven.config", ["orders"]],
    ["package.json", ["web", "worker", "scoring", "orders", "gateway"]],
    ["README.md", []],
    ["docs/guide.md", []],
    ["deploy/chart/Chart.yaml", []],
    ["toolbox.yaml", ["web", "worker", "scoring", "orders", "gateway", "cache"]],
    ["waivers.yaml", ["web", "worker", "scoring", "orders", "gateway", "cache"]],
  ])("%s reaches %j", async (path, expected) => {
    expect(await reached(path)).toEqual(expected)
  })

  test("reaches a component of which a broken file keeps anybody from knowing what it reads", async () => {
    const broken = new Call({ "scoring/uv.lock": "no toml [" })
    expect(await reached("docs/guide.md", broken)).toEqual(["scoring"])
    expect(await reached("scoring/tests/test_a.py", broken)).toEqual(["scoring"])
  })

  test("may lie where a symbolic link leads to: a directory, a file that the configuration names, a file of a component", async () => {
    const linked = (...links: string[]) => new Call({}, {}, links)
    expect(await reached("elsewhere/server.js", linked("web"))).toEqual(["web"])
    expect(await reached("web/README.md", linked("web/test"))).toEqual(["web"])
    expect(await reached("elsewhere/waivers.yaml", linked("waivers.yaml"))).toHaveLength(6)
    const parts = await projectParts(linked("deploy"))
    const found = affectedBy([{ path: "elsewhere/a.yaml", change: "modified" }], parts)
    expect(found.environments.map(({ environment }) => environment)).toEqual(["staging", "production"])
    expect(found.chart[0]?.certain).toBeUndefined()
  })

  test("that --config or --toolbox may name affects everything", async () => {
    const inputs = {
      config: { name: async () => "release.yaml", contents: async () => config } as unknown as File,
      toolbox: { name: async () => "tools.yaml" } as unknown as File,
    }
    const call = new Call({ "ci/release.yaml": "", "ci/tools.yaml": "" }, inputs)
    expect(await reached("ci/release.yaml", call)).toHaveLength(6)
    expect(await reached("ci/tools.yaml", call)).toHaveLength(6)
  })

  test.each([
    ["deploy/values.yaml", ["staging", "production"]],
    ["deploy/smoke.yaml", ["staging", "production"]],
    ["environments/staging.yaml", ["staging"]],
    ["web/src/server.js", ["staging", "production"]],
    ["web/README.md", []],
  ])("%s reaches the environments %j", async (path, expected) => {
    const found = affectedBy([{ path, change: "modified" }], await projectParts(new Call()))
    expect(found.environments.map(({ environment }) => environment)).toEqual(expected)
  })
})

describe("why", () => {
  const ask = async (request: { path?: string; component?: string }) =>
    (await why(new Call(), { path: undefined, component: undefined, ...request })).stdout

  test("goes from a path to the environments", async () => {
    const text = await ask({ path: "./web/src/server.js" })
    expect(text.split("\n")).toEqual([
      "## web/src/server.js",
      "",
      "- component web: it is in its directory",
      "- image of web: built again",
      "- chart: gets web by other digests",
      "- environment staging: the images of web",
      "- environment production: the images of web",
      "",
    ])
  })

  test("says of what reaches nothing which gates judge it, and of what is gone that it is", async () => {
    expect(await ask({ path: "docs/old.md" })).toMatch(
      /docs\/old.md \(not in the tree\)[\s\S]*reaches no component/,
    )
  })

  test("goes from a component to what can reach it", async () => {
    const text = await ask({ component: "orders" })
    expect(text).toContain("- image and checks: what is in shop/orders/")
    expect(text).toMatch(/shop\/bills\/pom\.xml \(it is a pom of its reactor\)/)
    expect(text).toContain("- of these not: shop/bills/")
    expect(text).toMatch(/decides about everything: signalbox.yaml, toolbox.yaml, waivers.yaml/)
    expect(await ask({ component: "cache" })).toContain("built elsewhere")
  })

  test("is asked about one thing, and about what there is", async () => {
    await expect(ask({})).rejects.toThrow(/USAGE: why is asked about one path/)
    await expect(ask({ path: "web", component: "web" })).rejects.toThrow(/USAGE/)
    await expect(ask({ path: "../elsewhere" })).rejects.toThrow(/USAGE[\s\S]*relative to the source root/)
    await expect(ask({ component: "wep" })).rejects.toThrow(/UNKNOWN_COMPONENT[\s\S]*"web"/)
  })
})
