import { expect, test } from "vitest"
import { limiter } from "../../../src/gates/engine/limiter.ts"

test("never more than the limit at once, everything runs, failures do not block", async () => {
  const limited = limiter(2)
  let running = 0
  let most = 0
  const work = (fails: boolean) => () =>
    limited(async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running -= 1
      if (fails) throw new Error("no")
      return "done"
    })
  const results = await Promise.allSettled(
    [false, true, false, true, false, false].map((fails) => work(fails)()),
  )
  expect(most).toBe(2)
  expect(results.map(({ status }) => status)).toEqual([
    ...["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled", "fulfilled"],
  ])
})
