/** M010: what a record says of the platforms of what was built. */
import { expect, test } from "vitest"
import { releasedPlatforms } from "../../../pipelines/push.ts"
import type { BuiltImage } from "../../../src/build/index.ts"
import { sha256 } from "../../../src/domain/index.ts"

const built = (...all: readonly (readonly [platform: string, bytes: number])[]) =>
  ({
    platforms: all.map(([platform, bytes]) => ({ facts: { platform, bytes, digest: sha256(platform) } })),
  }) as unknown as BuiltImage

test("one platform is told as it always was", () => {
  expect(releasedPlatforms(built(["linux/amd64", 10]))).toEqual({ platform: "linux/amd64", bytes: 10 })
})

test("of several, each has its digest, and the size is that of the largest", () => {
  expect(releasedPlatforms(built(["linux/amd64", 10], ["linux/arm64", 12]))).toEqual({
    platform: "linux/amd64,linux/arm64",
    bytes: 12,
    platforms: {
      "linux/amd64": { digest: sha256("linux/amd64"), bytes: 10 },
      "linux/arm64": { digest: sha256("linux/arm64"), bytes: 12 },
    },
  })
})
