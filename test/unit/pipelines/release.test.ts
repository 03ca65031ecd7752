/** The route of a release through the environments, and what is checked before anything is published. */
import type { Directory, Secret } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { releaseRoute } from "../../../pipelines/release.ts"
import { type ClusterAccess, type Inputs, Session } from "../../../src/call/index.ts"
import { minimalConfig, minimalEnvironment } from "../config/texts.ts"

const named = (name: string): ClusterAccess => ({
  kubeconfig: { name } as unknown as Secret,
  cluster: undefined,
})
const none: ClusterAccess = { kubeconfig: undefined, cluster: undefined }

/** A project by `promotesFrom` of each environment, with access to those in `reachable`. */
function session(
  promotesFrom: Readonly<Record<string, string | null>>,
  reachable: readonly string[] = [],
): Session {
  const names = Object.keys(promotesFrom)
  const files: Record<string, string> = {
    "signalbox.yaml":
      minimalConfig.replace(/^environments:.*$/m, `environments: [${names.join(", ")}]`) +
      `refs: [{ tag: "v*", environment: ${names.at(-1)} }]\n`,
  }
  for (const [name, from] of Object.entries(promotesFrom))
    files[`environments/${name}.yaml`] =
      minimalEnvironment.replace(/^name:.*$/m, `name: ${name}`) +
      (from === null ? "" : `promotesFrom: ${from}\n`)
  const file = (path: string) => ({
    contents: async () => files[path] ?? Promise.reject(new Error(`no ${path}`)),
  })
  const access = new Map(reachable.map((name) => [name, named(name)]))
  return new Session({ source: { file } as unknown as Directory, access } as unknown as Inputs)
}

const four = { dev: null, qa: "dev", staging: "qa", production: "staging" }
const all = Object.keys(four)
const request = { tag: "v1.0.0", access: none, from: none }

describe("the route of a release", () => {
  test("has all environments in order, each with its own access and that of the one before it", async () => {
    const route = await releaseRoute(session(four, all), request)
    expect(route.map(({ environment }) => environment)).toEqual(all)
    expect(route.map(({ access }) => access)).toEqual(all.map(named))
    expect(route.map(({ from }) => from)).toEqual([undefined, ...all.slice(0, -1).map(named)])
  })

  test("uses --kubeconfig for the last environment and --from-kubeconfig for the one before it", async () => {
    const own = { tag: "v1.0.0", access: named("a"), from: named("b") }
    const route = await releaseRoute(session(four, ["dev", "qa"]), own)
    expect(route.map(({ access }) => access)).toEqual([named("dev"), named("qa"), named("b"), named("a")])
  })

  test("X12 has a single environment where that has no promotesFrom", async () => {
    const route = await releaseRoute(session({ production: null }), { ...request, access: named("a") })
    expect(route).toMatchObject([{ environment: "production", access: named("a"), from: undefined }])
  })
})

test("each file of the configuration is read once in a call", async () => {
  const reads: string[] = []
  const call = session(four, all)
  const { file } = call.inputs.source
  Object.assign(call.inputs.source, {
    file: (path: string) => {
      reads.push(path)
      return file.call(call.inputs.source, path)
    },
  })
  await releaseRoute(call, request)
  expect(reads.filter((path) => path.startsWith("environments/")).sort()).toEqual(
    all.map((name) => `environments/${name}.yaml`).sort(),
  )
})

describe("before anything is published, it is checked that", () => {
  test("X12 every environment on the route has a kubeconfig", async () => {
    await expect(releaseRoute(session(four, ["dev", "qa", "production"]), request)).rejects.toMatchObject({
      code: "SECRET_MISSING",
      detail: { what: "environment staging needs a kubeconfig" },
    })
  })

  test("the environments up to the one planned after --until have one, and only those", async () => {
    const until = { ...request, until: "qa" }
    expect(await releaseRoute(session(four, ["dev", "qa", "staging"]), until)).toHaveLength(4)
    await expect(releaseRoute(session(four, ["dev", "qa"]), until)).rejects.toMatchObject({
      code: "SECRET_MISSING",
    })
  })

  test("--until is on the route", async () => {
    await expect(releaseRoute(session(four, all), { ...request, until: "stagin" })).rejects.toMatchObject({
      code: "USAGE",
      detail: { next: 'did you mean "staging"?' },
    })
  })

  test("promotesFrom has no cycle", async () => {
    const cycle = { dev: "staging", qa: "dev", staging: "qa", production: "staging" }
    await expect(releaseRoute(session(cycle, all), request)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    })
  })
})
