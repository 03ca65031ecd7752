/** What is looked at, by the settings of a project and those of a policy above it. */
import { describe, expect, test } from "vitest"
import { assumedConfig } from "../../../../src/config/index.ts"
import { gate, notAsked, requestFor } from "../../../../src/gates/dynamic-analysis/gate.ts"
import {
  dynamicAnalysisSettings,
  stricterDynamicAnalysis,
} from "../../../../src/gates/dynamic-analysis/settings.ts"

const settings = (given: object = {}) => dynamicAnalysisSettings.parse(given)

const { value: config } = assumedConfig({
  project: "shop",
  components: {
    web: { language: "node", kind: "service", path: "web", entry: "server.js", port: 3000, health: "/up" },
  },
})
if (config === undefined) throw new Error("no configuration")

describe("what is asked of a component", () => {
  const web = { name: "front", component: "web" }

  test("its health check first, then the start page and what is named; each once", () => {
    const given = settings({ components: { web: { paths: ["/", "/login?next=%2F"] } } })
    expect(requestFor(web, 3000, config, given)).toMatchObject({
      ...{ name: "front", port: 3000, host: "front:3000", follow: 20 },
      paths: ["/up", "/", "/login?next=%2F"],
    })
  })

  test("by the host that it answers for", () => {
    const given = settings({ components: { web: { host: "shop.example" } } })
    expect(requestFor(web, 3000, config, given)).toMatchObject({ name: "front", host: "shop.example" })
  })

  test.each(["login", "//other.example", "/a b", "/a#b", "/a\nb"])("%j is no path", (path) => {
    expect(() => settings({ components: { web: { paths: [path] } } })).toThrow()
  })
})

describe("what nobody has looked at", () => {
  test("is said of a component that is switched off, and of a worker, which nobody can ask", () => {
    const web = { language: "node", kind: "service", path: "web", entry: "server.js" }
    const mails = { language: "python", kind: "worker", path: "mails", entry: "mails.work" }
    const { value } = assumedConfig({
      project: "shop",
      components: { web, mails, other: { ...web, path: "other" } },
    })
    if (value === undefined) throw new Error("no configuration")
    expect(notAsked(value, settings({ components: { other: { off: "it speaks gRPC" } } }))).toEqual([
      { component: "mails", why: "it is a worker, which listens on no port" },
      { component: "other", why: "off: it speaks gRPC" },
    ])
  })

  const tool = { name: "node", version: "24", image: "registry.example/node:24" }
  const decide = (more: object) =>
    gate.decide({ tool, services: [], skipped: [], unknown: [], ...more }, config, settings())

  test("is an error for a component that is none, and for a service without an answer", () => {
    expect(decide({ unknown: ["wbe"] }).errors).toEqual([
      "gates.dynamic-analysis.components: there is no component wbe",
    ])
    const services = [{ name: "web", component: "web", probed: "its service db does not start: no disk" }]
    expect(decide({ services }).errors).toEqual(["web: its service db does not start: no disk"])
  })

  test("is listed with its reason where it is switched off", () => {
    const skipped = [{ component: "web", why: "off: it speaks gRPC" }]
    expect(decide({ skipped })).toMatchObject({ skipped, findings: [], errors: [] })
  })
})

describe("of two settings", () => {
  test("what either refuses and looks at", () => {
    const own = settings({
      failOn: ["critical"],
      follow: 5,
      components: { web: { paths: ["/a"], host: "a.example" } },
    })
    const redirects = [{ path: "/login", parameter: "next" }]
    const floor = settings({
      failOn: ["high"],
      follow: 9,
      components: { web: { paths: ["/b"], host: "b.example", redirects }, api: {} },
    })
    expect(stricterDynamicAnalysis(own, floor)).toEqual({
      failOn: ["critical", "high"],
      follow: 9,
      components: {
        web: { host: "a.example", paths: ["/a", "/b"], redirects },
        api: { paths: [], redirects: [] },
      },
    })
  })

  test("a component is off where both say so, and where the other one speaks of none", () => {
    const own = settings({ components: { web: { off: "it speaks gRPC" } } })
    const offOf = (floor: object) => stricterDynamicAnalysis(own, floor).components.web?.off
    expect(offOf({})).toBe("it speaks gRPC")
    expect(offOf({ follow: 3 })).toBe("it speaks gRPC")
    expect(offOf(settings({ components: { web: { off: "no" } } }))).toBe("it speaks gRPC")
    expect(offOf(settings({ components: { web: {} } }))).toBeUndefined()
    expect(offOf(settings({ components: { api: {} } }))).toBeUndefined()
  })

  test("a project that says nothing has the defaults beside them", () => {
    expect(stricterDynamicAnalysis(undefined, { follow: 3 })).toEqual(settings())
  })
})
