/** The lines of a plan that change: all of them and no other, whatever the size, and where they stand. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { stringify } from "yaml"
import { diffLines } from "../../../src/chart/changed-lines.ts"
import { diffManifests, parseManifests } from "../../../src/chart/index.ts"
import { processorSeconds } from "../processor-seconds.ts"

describe("changed lines", () => {
  test("applied to the old lines, it gives the new ones", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after)
        const removed = diff.filter((line) => line.startsWith("-")).map((line) => line.slice(1))
        const added = diff.filter((line) => line.startsWith("+")).map((line) => line.slice(1))
        expect(removed.length - added.length).toBe(before.length - after.length)
        expect([...before, ...added].sort()).toEqual([...after, ...removed].sort())
        if (before.join() === after.join()) expect(diff).toEqual([])
      }),
    )
  })

  test("in a large file are those that change, however far apart they are", () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `line ${index}`)
    const after = before.with(0, "first").with(19_999, "last")
    expect(diffLines(before, after)).toEqual(["-line 0", "+first", "-line 19999", "+last"])
  })

  test("of two files with nothing in common are told as such in bounded time", async () => {
    const of = (side: string) => [
      "begin",
      ...Array.from({ length: 20_000 }, (_, at) => `${side} ${at}`),
      "end",
    ]
    let lines: readonly string[] = []
    const seconds = await processorSeconds(() => {
      lines = diffLines(of("old"), of("new"), 1)
    })
    expect(seconds).toBeLessThan(10)
    expect(lines).toHaveLength(40_003)
    expect(lines.slice(0, 3)).toEqual(["@@ @@", " begin", "-old 0"])
    expect(lines.slice(-2)).toEqual(["+new 19999", " end"])
  })
})

const container = (name: string, image: string, more: object = {}) => ({
  ...{ name, image, env: [{ name: "LEVEL", value: "info" }], livenessProbe: { httpGet: { path: "/" } } },
  ...{ ports: [{ containerPort: 80 }], resources: { limits: { cpu: "1", memory: "1Gi" } }, ...more },
})
const deployment = (...containers: readonly object[]) => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "app", labels: { a: "b" } } },
  spec: { template: { spec: { containers } } },
})
const manifests = (...bodies: readonly object[]) =>
  parseManifests(bodies.map((body) => `---\n${stringify({ apiVersion: "v1", ...body })}`).join(""))
const lines = (value: object) => stringify(value, { sortMapEntries: true }).trimEnd().split("\n")

describe("with the lines round them", () => {
  test("a reader sees which container and which key it is", () => {
    const before = deployment(container("sidecar", "x"), container("web", "web:1"))
    const after = deployment(
      container("sidecar", "x", { env: [{ name: "LEVEL", value: "debug" }] }),
      container("web", "web:2"),
    )
    const diff = diffLines(lines(before), lines(after), 1)
    expect(diff).toEqual([
      "@@ spec.template.spec.containers[sidecar].env[LEVEL] @@",
      "             - name: LEVEL",
      "-              value: info",
      "+              value: debug",
      "           image: x",
      "@@ spec.template.spec.containers[web] @@",
      "               value: info",
      "-          image: web:1",
      "+          image: web:2",
      "           livenessProbe:",
    ])
  })

  test.each([
    ["a key at the top", { kind: "A" }, { kind: "B" }, "@@ @@"],
    [
      "a file in a ConfigMap",
      { data: { "app.yaml": "server:\n  port: 80\n" } },
      { data: { "app.yaml": "server:\n  port: 81\n" } },
      "@@ data.app.yaml.server @@",
    ],
    ["an item without a name", { ports: [{ port: 80 }] }, { ports: [{ port: 81 }] }, "@@ ports[] @@"],
    [
      "an item that is a text",
      { spec: { args: ["a", "b"] } },
      { spec: { args: ["a", "c"] } },
      "@@ spec.args[] @@",
    ],
    ["what goes", { a: { gone: 1, kept: 2 } }, { a: { kept: 2 } }, "@@ a @@"],
  ])("%s", (_what, before, after, heading) => {
    expect(diffLines(lines(before), lines(after), 3)[0]).toBe(heading)
  })

  test("what only comes or goes has no place to look for", () => {
    expect(diffLines([], ["a: 1"], 3)).toEqual(["+a: 1"])
    expect(diffLines(["a: 1"], [], 3)).toEqual(["-a: 1"])
    expect(diffLines(["a: 1"], ["a: 1"], 3)).toEqual([])
  })

  test("X11 a secret beside a change is not shown, nor as the name of its place", () => {
    const value = "not-in-the-plan-1"
    const objects = (port: number) =>
      manifests(
        { kind: "Secret", metadata: { name: "s" }, stringData: { [`k${port}`]: "z", password: value } },
        { kind: "Job", metadata: { name: "j" }, spec: { list: [{ name: value, port }], [value]: { port } } },
      )
    const changes = diffManifests(objects(80), objects(81), 3)
    expect(changes.map(({ action }) => action)).toEqual(["update", "update"])
    expect(JSON.stringify(changes)).toContain("password: (secret)")
    expect(JSON.stringify(changes)).not.toContain(value)
  })

  test("at most 200 lines of an object are shown, and how many more change is told", () => {
    const data = (value: string) =>
      Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`k${at}`, value]))
    const map = (value: string) =>
      manifests({ kind: "ConfigMap", metadata: { name: "c" }, data: data(value) })
    const [change] = diffManifests(map("a"), map("b"), 3)
    const shown = change?.diff.filter((line) => /^[-+]/.test(line)).length ?? 0
    expect(change?.diff).toHaveLength(201)
    expect(change?.diff.at(-1)).toBe(`  … ${300 - shown} more changed lines`)
  })
})
