/** M010: which image of a component is meant, and what is refused before anything is built. */
import type { Platform } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import {
  assertBuiltFor,
  assertPlatforms,
  chosenPlatform,
  imagePlatforms,
} from "../../../src/build/platforms.ts"

type Component = Parameters<typeof assertPlatforms>[0]["component"]

const both = ["linux/amd64", "linux/arm64"]
const request = (platforms?: readonly string[]) => ({
  name: "web",
  component: { language: "node", ...(platforms === undefined ? {} : { platforms }) } as unknown as Component,
})

/** An engine that runs on a platform. */
const on = (platform: string) => ({ defaultPlatform: async () => platform as Platform })

test("of several the engine's own is meant, of one that one, whatever the engine runs on", async () => {
  const arm64 = on("linux/arm64/v8")
  expect(await chosenPlatform("web", both, undefined, arm64)).toBe("linux/arm64")
  expect(await chosenPlatform("web", ["linux/amd64"], undefined, arm64)).toBe("linux/amd64")
  expect(await chosenPlatform("web", [undefined], undefined, arm64)).toBeUndefined()
  await expect(chosenPlatform("web", both, undefined, on("linux/riscv64"))).rejects.toThrow(
    /runs on linux\/riscv64, and web has images for linux\/amd64, linux\/arm64/,
  )
})

test("an image that is built elsewhere has those that are stated, on whatever engine, and else the one that it gives", async () => {
  const elsewhere = (more: object) => ({
    name: "cache",
    component: { language: "image", image: "r.example/cache@sha256:0", ...more } as unknown as Component,
  })
  const three = ["linux/s390x", "linux/arm/v7", "linux/amd64"]
  expect(await imagePlatforms(elsewhere({ platforms: three }))).toEqual([
    "linux/amd64",
    "linux/arm/v7",
    "linux/s390x",
  ])
  expect(await imagePlatforms(elsewhere({}))).toEqual([undefined])
  await assertPlatforms(elsewhere({ platforms: three }), { isPulled: true }, on("linux/arm64"))
})

test("an image that is no index is the same for every platform: that is refused, by its name", async () => {
  const of = { name: "cache", component: {} } as unknown as Parameters<typeof assertBuiltFor>[0]
  const built = (platform: string) =>
    ({ platform, isPulled: true, facts: { platform: "linux/amd64" } }) as unknown as Parameters<
      typeof assertBuiltFor
    >[1]
  await assertBuiltFor(of, built("linux/amd64"))
  await expect(assertBuiltFor(of, built("linux/arm64"))).rejects.toThrow(
    /CONFIG_INVALID: the image of cache has none for linux\/arm64[\s\S]*components\.cache\.platforms/,
  )
})

test("another one is meant where it is named, and one that is not there is told with those that are", async () => {
  const amd64 = on("linux/amd64")
  expect(await chosenPlatform("web", both, "linux/arm64", amd64)).toBe("linux/arm64")
  await expect(chosenPlatform("web", both, "linux/s390x", amd64)).rejects.toThrow(
    /web has no image for linux\/s390x[\s\S]*linux\/amd64, linux\/arm64/,
  )
  await expect(chosenPlatform("web", [undefined], "linux/amd64", amd64)).rejects.toThrow(
    /leave out --platform/,
  )
})

test("what runs during its build is refused on an engine of another platform than is stated, before it runs", async () => {
  const stated = request(["linux/amd64"])
  await expect(assertPlatforms(stated, {}, on("linux/arm64"))).rejects.toThrow(
    /CONFIG_INVALID: web is to be built for linux\/amd64, and this engine runs on linux\/arm64[\s\S]*components\.web\.platforms/,
  )
  await assertPlatforms(request(), {}, on("linux/arm64"))
  await assertPlatforms(stated, { forAnyPlatform: () => true }, on("linux/arm64"))
  await assertPlatforms(stated, {}, on("linux/amd64"))
})
