/** M010: what a record says of the platforms of what was built. */
import { expect, test } from "vitest"
import { releasedPlatforms } from "../../../pipelines/push.ts"
import type { BuiltImage } from "../../../src/build/index.ts"
import { sha256 } from "../../../src/domain/index.ts"

const built = (...all: readonly (readonly [platform: string, bytes: number])[]) =>
  ({
    platforms: all.map(([platform, bytes]) => ({ facts: { platform, bytes, digest: sha256(platform) } })),
  }) as unknown as BuiltImage

const pushed = { digest: sha256("index") }

test("of an index that was built elsewhere, each has the digest that the index names", () => {
  const platforms = { "linux/amd64": sha256("a"), "linux/arm64": sha256("b") }
  expect(
    releasedPlatforms(built(["linux/amd64", 10], ["linux/arm64", 12]), { ...pushed, platforms }).platforms,
  ).toEqual({
    "linux/amd64": { digest: sha256("a"), bytes: 10 },
    "linux/arm64": { digest: sha256("b"), bytes: 12 },
  })
})

test("one platform is told as it always was", () => {
  expect(releasedPlatforms(built(["linux/amd64", 10]), pushed)).toEqual({
    platform: "linux/amd64",
    bytes: 10,
  })
})

test("of several, each has its digest, and the size is that of the largest", () => {
  expect(releasedPlatforms(built(["linux/amd64", 10], ["linux/arm64", 12]), pushed)).toEqual({
    platform: "linux/amd64,linux/arm64",
    bytes: 12,
    platforms: {
      "linux/amd64": { digest: sha256("linux/amd64"), bytes: 10 },
      "linux/arm64": { digest: sha256("linux/arm64"), bytes: 12 },
    },
  })
})
