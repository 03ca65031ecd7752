/** The way of a release through the environments, and who is asked before anything is published. */
import type { Directory, Secret } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { routeOf } from "../../../pipelines/release.ts"
import { type ClusterAccess, type Inputs, Session } from "../../../src/call/index.ts"
import { minimalConfig, minimalEnvironment } from "../config/texts.ts"

const named = (name: string): ClusterAccess => ({
  kubeconfig: { name } as unknown as Secret,
  cluster: undefined,
})
const none: ClusterAccess = { kubeconfig: undefined, cluster: undefined }

/** A project whose environments take their releases from each other as told. */
function session(before: Readonly<Record<string, string | null>>, given: readonly string[] = []): Session {
  const names = Object.keys(before)
  const files: Record<string, string> = {
    "signalbox.yaml":
      minimalConfig.replace(/^environments:.*$/m, `environments: [${names.join(", ")}]`) +
      `refs: [{ tag: "v*", environment: ${names.at(-1)} }]\n`,
  }
  for (const [name, from] of Object.entries(before))
    files[`environments/${name}.yaml`] =
      minimalEnvironment.replace(/^name:.*$/m, `name: ${name}`) +
      (from === null ? "" : `promotesFrom: ${from}\n`)
  const file = (path: string) => ({
    contents: async () => files[path] ?? Promise.reject(new Error(`no ${path}`)),
  })
  const access = new Map(given.map((name) => [name, named(name)]))
  return new Session({ source: { file } as unknown as Directory, access } as unknown as Inputs)
}

const four = { dev: null, qa: "dev", staging: "qa", production: "staging" }
const all = Object.keys(four)
const request = { tag: "v1.0.0", access: none, from: none }

describe("a release goes", () => {
  test("through all environments, each reached as it was given, with the one before it", async () => {
    const route = await routeOf(session(four, all), request)
    expect(route.map(({ environment }) => environment)).toEqual(all)
    expect(route.map(({ access }) => access)).toEqual(all.map(named))
    expect(route.map(({ from }) => from)).toEqual([undefined, ...all.slice(0, -1).map(named)])
  })

  test("with two arguments, of the last environment and the one before it, which win", async () => {
    const own = { tag: "v1.0.0", access: named("a"), from: named("b") }
    const route = await routeOf(session(four, ["dev", "qa"]), own)
    expect(route.map(({ access }) => access)).toEqual([named("dev"), named("qa"), named("b"), named("a")])
  })

  test("X12 once to an environment that takes releases from nowhere", async () => {
    const route = await routeOf(session({ production: null }), { ...request, access: named("a") })
    expect(route).toMatchObject([{ environment: "production", access: named("a"), from: undefined }])
  })
})

test("each file of the configuration is read once in a call", async () => {
  const reads: string[] = []
  const one = session(four, all)
  const { file } = one.inputs.source
  Object.assign(one.inputs.source, {
    file: (path: string) => {
      reads.push(path)
      return file.call(one.inputs.source, path)
    },
  })
  await routeOf(one, request)
  expect(reads.filter((path) => path.startsWith("environments/")).sort()).toEqual(
    all.map((name) => `environments/${name}.yaml`).sort(),
  )
})

describe("nothing is published before it is known that", () => {
  test("X12 every environment on the way can be reached", async () => {
    await expect(routeOf(session(four, ["dev", "qa", "production"]), request)).rejects.toMatchObject({
      code: "SECRET_MISSING",
      detail: { what: "environment staging needs a kubeconfig" },
    })
  })

  test("those that --until ends before need none, but for the one that is planned", async () => {
    const until = { ...request, until: "qa" }
    expect(await routeOf(session(four, ["dev", "qa", "staging"]), until)).toHaveLength(4)
    await expect(routeOf(session(four, ["dev", "qa"]), until)).rejects.toMatchObject({
      code: "SECRET_MISSING",
    })
  })

  test("--until is on the way", async () => {
    await expect(routeOf(session(four, all), { ...request, until: "stagin" })).rejects.toMatchObject({
      code: "USAGE",
      detail: { next: 'did you mean "staging"?' },
    })
  })

  test("the way ends somewhere", async () => {
    const circle = { dev: "staging", qa: "dev", staging: "qa", production: "staging" }
    await expect(routeOf(session(circle, all), request)).rejects.toMatchObject({ code: "CONFIG_INVALID" })
  })
})
