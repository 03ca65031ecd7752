import { expect, test } from "vitest"
import { sha256 } from "../../../src/domain/index.ts"
import { watchImages } from "../../../src/gates/engine/judged-images.ts"
import type { GateContext } from "../../../src/gates/gate.ts"

const contextOf = (broken: readonly string[] = []) =>
  ({
    image: async (component: string) => {
      if (broken.includes(component)) throw new Error("it cannot be built")
      return { component, digest: sha256(component) }
    },
  }) as unknown as GateContext

test("V05 a gate's images are noted as it gets them, in the order of their names", async () => {
  const { context, judged } = watchImages(contextOf())
  expect(judged()).toBeUndefined()
  await Promise.all([context.image("web"), context.image("api")])
  expect(JSON.stringify(judged())).toBe(JSON.stringify({ api: sha256("api"), web: sha256("web") }))
})

test("sibling of V05: an image that cannot be built was judged by nobody", async () => {
  const { context, judged } = watchImages(contextOf(["web"]))
  await expect(context.image("web")).rejects.toThrow()
  await context.image("api")
  expect(judged()).toEqual({ api: sha256("api") })
})
