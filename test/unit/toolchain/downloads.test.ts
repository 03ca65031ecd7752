import { existsSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { placesOf } from "../../../toolchain/go-modules.ts"
import { downloadsOf, expendable } from "../../../toolchain/steps/downloads.ts"
import { stepLock, tryLock } from "../../../toolchain/steps/index.ts"
import { scratch } from "./scratch.ts"

const fetched = new Map([
  ["engine", ["grpc", "buildkit"]],
  ["helm", ["grpc", "cobra"]],
])

test("what only a made step needed goes, what another one needs stays", () => {
  expect(expendable(fetched, new Set(["engine", "helm"]))).toEqual([])
  expect(expendable(fetched, new Set(["helm"]))).toEqual(["buildkit"])
  expect(expendable(fetched, new Set())).toEqual(["grpc", "buildkit", "cobra"])
})

test("nothing goes while it is not known what another step needs", () => {
  expect(expendable(fetched, new Set(["helm", "trivy"]))).toEqual([])
})

test("never anything that a step needs which is still to be made", () => {
  const paths = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 })
  const steps = fc.array(fc.tuple(paths, fc.boolean(), fc.boolean()), { maxLength: 5 })
  fc.assert(
    fc.property(steps, (list) => {
      const all = list.map(([needs, isFetched, isMade], index) => ({
        id: `${index}`,
        needs,
        isFetched,
        isMade,
      }))
      const known = new Map(all.filter((one) => one.isFetched).map(({ id, needs }) => [id, needs]))
      const unbuilt = all.filter((one) => !one.isMade)
      const gone = expendable(known, new Set(unbuilt.map(({ id }) => id)))
      for (const { needs } of unbuilt) for (const need of needs) expect(gone).not.toContain(need)
    }),
  )
})

async function place() {
  const cache = await scratch()
  const paths = ["one", "both", "two"].map((name) => join(cache, "go", name))
  for (const path of paths) {
    await mkdir(path, { recursive: true })
    await writeFile(join(path, "file.go"), "package x\n")
  }
  const [one = "", both = "", two = ""] = paths
  const held = new Set<string>()
  const downloads = downloadsOf(cache, new Set(["a", "b"]), ["a", "b", "built-before"], held)
  downloads.fetched("a", [one, both])
  downloads.fetched("b", [both, two])
  return { cache, held, downloads, there: () => paths.map((path) => existsSync(path)) }
}

test("a step's downloads go when it is made", async () => {
  const { downloads, there } = await place()
  await downloads.built("a")
  expect(there()).toEqual([false, true, true])
  await downloads.built("b")
  expect(there()).toEqual([false, false, false])
})

test("while another process makes a step they stay, and go with the next one", async () => {
  const { cache, downloads, there } = await place()
  const release = await tryLock(stepLock(cache, "built-before"), "another process")
  await downloads.built("a")
  expect(there()).toEqual([true, true, true])
  await release?.()
  await downloads.built("b")
  expect(there()).toEqual([false, false, false])
})

test("a step that this run makes itself is no reason to wait", async () => {
  const { cache, held, downloads, there } = await place()
  const release = await tryLock(stepLock(cache, "b"), "this run")
  held.add("b")
  await downloads.built("a")
  expect(there()).toEqual([false, true, true])
  await release?.()
})

test("modules of the cache are downloads; the repository and what go.mod replaces by it are not", () => {
  const cache = "/cache/go/mod"
  const directories = [
    "",
    "/repository/toolchain/tools/helm",
    "/repository/toolchain/engine/stubs/dangv2",
    "/cache/go/mod-other/x@v1.0.0",
    `${cache}/github.com/!burnt!sushi/toml@v1.5.0`,
    `${cache}/github.com/!burnt!sushi/toml@v1.5.0`,
    `${cache}/helm.sh/helm/v4@v4.3.1`,
  ]
  expect(placesOf(directories, cache)).toEqual([
    `${cache}/github.com/!burnt!sushi/toml@v1.5.0`,
    `${cache}/cache/download/github.com/!burnt!sushi/toml/@v/v1.5.0.zip`,
    `${cache}/helm.sh/helm/v4@v4.3.1`,
    `${cache}/cache/download/helm.sh/helm/v4/@v/v4.3.1.zip`,
  ])
})
