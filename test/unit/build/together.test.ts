/** What several components' builds tell when some of them fail. */
import { setTimeout as wait } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { together } from "../../../src/build/together.ts"
import { SignalboxError } from "../../../src/domain/index.ts"

const failed = (code: "TOOL_FAILED" | "CONFIG_INVALID", what: string) => new SignalboxError(code, { what })

describe("components that are built together", () => {
  it("begin at once, and are given in their order", async () => {
    let running = 0
    let most = 0
    const images = await together(["web", "api", "worker"], async (name) => {
      most = Math.max(most, ++running)
      await wait(name === "web" ? 20 : 1)
      running--
      return `image of ${name}`
    })
    expect(images).toEqual(["image of web", "image of api", "image of worker"])
    expect(most).toBe(3)
  })

  it("that fail are all told, once the last of them has come to its end", async () => {
    const ended: string[] = []
    const building = together(["web", "api", "worker"], async (name) => {
      if (name === "web") throw failed("TOOL_FAILED", "the image of web could not be built")
      await wait(5)
      ended.push(name)
      if (name === "worker") throw failed("CONFIG_INVALID", "worker has no lock file")
    })
    await expect(building).rejects.toMatchObject({
      code: "TOOL_FAILED",
      detail: {
        what: "2 of 3 components failed: web, worker",
        why: expect.stringMatching(
          /web: TOOL_FAILED: the image of web could not be built\nworker: CONFIG_INVALID: worker has no lock file/,
        ),
      },
    })
    expect(ended).toEqual(["api", "worker"])
  })

  it("of which one fails say what that one says, whatever was thrown", async () => {
    const only = failed("TOOL_FAILED", "the image of api could not be built")
    const build = async (name: string) => {
      if (name === "api") throw only
    }
    await expect(together(["web", "api"], build)).rejects.toBe(only)
    await expect(together(["web"], () => Promise.reject("nothing known"))).rejects.toBe("nothing known")
  })
})
