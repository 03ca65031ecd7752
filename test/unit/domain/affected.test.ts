/** From changed paths to components, images, chart and environments: never fewer than a change can reach. */
import { assert as check, constantFrom, property, subarray, uniqueArray } from "fast-check"
import { describe, expect, test } from "vitest"
import {
  type AffectedComponent,
  affectedBy,
  type ChangedPath,
  type ComponentParts,
  type ProjectParts,
  type Reach,
  scopeOf,
} from "../../../src/domain/index.ts"

const ownDirectory: Reach = { outside: [], except: [], besides: [] }

const part = (name: string, more: Partial<ComponentParts> = {}): ComponentParts => ({
  ...{ name, directory: `${name}/`, leftOut: [], named: [], reach: ownDirectory },
  ...more,
})

const shop: ProjectParts = {
  settings: [
    { path: "signalbox.yaml", why: "it says what there is" },
    { path: "toolbox.yaml", why: "it names the images of the tools" },
    { path: "waivers.yaml", why: "it says what is waived" },
  ],
  components: [
    part("api", {
      directory: "services/api/",
      leftOut: [
        "services/api/README.md",
        "services/api/test/",
        "services/api/uv.lock",
        "services/api/views/a.test.html",
      ],
      named: ["services/api/views", "services/api/views/"],
      reach: { ...ownDirectory, besides: ["uv.lock"] },
    }),
    part("web", { directory: "services/web/", leftOut: ["services/web/README.md"] }),
    part("cache", { directory: null }),
  ],
  chart: [
    { path: "chart/", why: "it is in the chart" },
    { path: "values.yaml", why: "it has values of every environment" },
  ],
  environments: [
    { name: "staging", files: [{ path: "environments/staging.yaml", why: "it describes it" }] },
    { name: "production", files: [{ path: "environments/production.yaml", why: "it describes it" }] },
  ],
  assumed: false,
}

const change = (path: string, kind: ChangedPath["change"] = "modified"): ChangedPath => ({
  path,
  change: kind,
})
const by = (paths: readonly string[], project: ProjectParts = shop) =>
  affectedBy(
    paths.map((path) => change(path)),
    project,
  )
const images = (found: { components: readonly AffectedComponent[] }) =>
  found.components.filter(({ image }) => image).map(({ component }) => component)
const checked = (found: { components: readonly AffectedComponent[] }) =>
  found.components.map(({ component }) => component)

describe("a path in a component's directory", () => {
  test("reaches its image, and by that every environment; the other component is not affected", () => {
    const found = by(["services/api/src/app.py"])
    expect(images(found)).toEqual(["api"])
    expect(found.others).toEqual(["web", "cache"])
    expect(
      found.environments.map(({ environment, images: gets, chart }) => [environment, gets, chart]),
    ).toEqual([
      ["staging", ["api"], false],
      ["production", ["api"], false],
    ])
    expect(found.components[0]?.because).toEqual([
      { path: "services/api/src/app.py", why: "it is in its directory", certain: true },
    ])
  })

  test("a README or a test that its build leaves out reaches its checks alone, and no environment", () => {
    for (const path of ["services/api/README.md", "services/api/test/unit/a_test.py"]) {
      const found = by([path])
      expect(checked(found), path).toEqual(["api"])
      expect(images(found), path).toEqual([])
      expect(found.environments, path).toEqual([])
    }
  })

  test("a lock file that is left out of the sources is what its packages are installed from", () => {
    expect(images(by(["services/api/uv.lock"]))).toEqual(["api"])
  })

  test("what its settings name is read, whatever else is left out", () => {
    expect(images(by(["services/api/views/a.test.html"]))).toEqual(["api"])
  })

  test("a name that another directory's begins with is another directory", () => {
    expect(by(["services/api-docs/index.html"])).toMatchObject({ components: [], environments: [] })
  })

  test("of a component in the source root everything is", () => {
    const single = { ...shop, components: [part("app", { directory: "./", leftOut: ["docs/"] })] }
    expect(images(by(["src/main.ts", "docs/a.md"], single))).toEqual(["app"])
    expect(images(by(["docs/a.md"], single))).toEqual([])
  })
})

describe("a path outside of every directory", () => {
  test("a lock file above reaches all components below it, and says that nobody knows better", () => {
    for (const path of ["package-lock.json", "services/pom.xml"]) {
      const found = by([path])
      expect(images(found), path).toEqual(["api", "web"])
      expect(found.components[0]?.because[0]?.certain, path).toBeUndefined()
    }
  })

  test("what only people, git and CI servers read reaches nothing, and is named", () => {
    const paths = [
      "README.md",
      "LICENSE",
      "Jenkinsfile",
      "services/CHANGELOG.md",
      ".gitignore",
      "docs/guide.md",
    ]
    const found = by(paths)
    expect(found).toMatchObject({ components: [], environments: [], chart: [], everything: [] })
    expect(found.without).toEqual(paths)
  })

  test("a shared package reaches the component that its language says it belongs to, and no other", () => {
    const workspace: Reach = {
      ...ownDirectory,
      outside: [{ path: "packages/ui/", why: "a package that it links" }],
    }
    const [, web = part("web")] = shop.components
    const project = { ...shop, components: [part("api"), { ...web, reach: workspace }] }
    expect(images(by(["packages/ui/src/button.ts"], project))).toEqual(["web"])
    expect(by(["packages/tools/a.ts"], project).without).toEqual(["packages/tools/a.ts"])
  })

  test("of a reactor, the other module is none of it, but its pom is", () => {
    const reach: Reach = {
      outside: [
        { path: "shop/other/pom.xml", why: "it is a pom of its reactor" },
        { path: "shop/", why: "it is in shop, where Maven is started for it" },
      ],
      except: ["shop/other/"],
      besides: [],
    }
    const project = { ...shop, components: [part("orders", { directory: "shop/orders/", reach })] }
    expect(images(by(["shop/other/src/A.java"], project))).toEqual([])
    expect(images(by(["shop/other/pom.xml"], project))).toEqual(["orders"])
    expect(images(by(["shop/common/src/B.java"], project))).toEqual(["orders"])
  })

  test("counts for a component of which nobody knows what it reads, and is no certain reason", () => {
    const project = {
      ...shop,
      components: [part("notes", { reach: { unknown: "the language does not say" } })],
    }
    const found = by(["docs/guide.md"], project)
    expect(images(found)).toEqual(["notes"])
    expect(found.components[0]?.because[0]?.why).toMatch(/nobody knows.*the language does not say/)
    expect(found.components[0]?.because[0]?.certain).toBeUndefined()
  })

  test("counts for everything where nobody has written what there is", () => {
    const assumed = { ...shop, assumed: true }
    expect(by(["tools/Dockerfile"], assumed).everything).toHaveLength(1)
    expect(by(["docs/guide.md"], assumed).everything).toHaveLength(0)
  })
})

describe("what decides about all of it", () => {
  test.each(["signalbox.yaml", "toolbox.yaml", "waivers.yaml"])(
    "%s affects everything, images built elsewhere too",
    (path) => {
      const found = by([path])
      expect(images(found)).toEqual(["api", "web", "cache"])
      expect(found.environments).toHaveLength(2)
      expect(found.chart).toHaveLength(1)
    },
  )

  test("the chart reaches every environment, and no component", () => {
    const found = by(["chart/templates/a.yaml"])
    expect(found.components).toEqual([])
    expect(found.environments.map(({ chart }) => chart)).toEqual([true, true])
  })

  test("an environment's file reaches that environment alone", () => {
    const found = by(["environments/staging.yaml"])
    expect(found.environments.map(({ environment }) => environment)).toEqual(["staging"])
    // It is what the chart is rendered with.
    expect(scopeOf(found, { since: "main", commit: "1", of: "checks" }).chart).toBe(true)
  })
})

test("a rename counts with both of its paths, and a deletion with the path that is gone", () => {
  const moved = [change("services/api/a.py", "deleted"), change("services/web/a.py", "added")]
  expect(images(affectedBy(moved, shop))).toEqual(["api", "web"])
  expect(images(affectedBy([change("services/web/gone.ts", "deleted")], shop))).toEqual(["web"])
})

test("a submodule reaches what lies in it, and what it lies in", () => {
  expect(images(affectedBy([change("services/", "submodule")], shop))).toEqual(["api", "web"])
  expect(images(affectedBy([change("services/web/theme/", "submodule")], shop))).toEqual(["web"])
})

test("a build is about images, the gates are about checks, too", () => {
  const found = by(["services/api/src/app.py", "services/web/README.md"])
  const about = { since: "main", commit: "1" }
  expect(scopeOf(found, { ...about, of: "image" })).toMatchObject({
    components: ["api"],
    others: ["web", "cache"],
  })
  expect(scopeOf(found, { ...about, of: "checks" })).toMatchObject({ components: ["api", "web"], changed: 2 })
})

describe("properties", () => {
  const paths = [
    ...[
      "services/api/src/app.py",
      "services/api/README.md",
      "services/web/b.ts",
      "package-lock.json",
      "README.md",
    ],
    ...[
      "signalbox.yaml",
      "chart/Chart.yaml",
      "environments/staging.yaml",
      "docs/x.md",
      "services/api/uv.lock",
    ],
    ...["services/", "other/file", "services/web/README.md"],
  ]

  test("one more changed path never takes anything away", () => {
    check(
      property(uniqueArray(constantFrom(...paths)), constantFrom(...paths), (some, more) => {
        const [before, after] = [by(some), by([...some, more])]
        expect(checked(after)).toEqual(expect.arrayContaining(checked(before)))
        expect(images(after)).toEqual(expect.arrayContaining(images(before)))
        const environments = (found: typeof before) =>
          found.environments.map(({ environment }) => environment)
        expect(environments(after)).toEqual(expect.arrayContaining(environments(before)))
        expect(after.chart.length).toBeGreaterThanOrEqual(before.chart.length)
      }),
    )
  })

  test("every component is either affected or named among the others, and every path has an effect or is named", () => {
    check(
      property(subarray(paths), (some) => {
        const found = by(some)
        expect([...checked(found), ...found.others].sort()).toEqual(["api", "cache", "web"])
        const reasons = [
          ...found.everything,
          ...found.chart,
          ...found.components.flatMap(({ because }) => because),
          ...found.environments.flatMap(({ because }) => because),
        ].map(({ path }) => path)
        expect(new Set([...reasons, ...found.without])).toEqual(new Set(some))
      }),
    )
  })
})
