import { expect, test } from "vitest"
import { systemClock } from "../../../src/deploy/clock.ts"
import { SignalboxError } from "../../../src/domain/index.ts"

const lost = new SignalboxError("LOCK_LOST", { what: "somebody else has taken over" })

test.each([
  ["before it begins", (controller: AbortController) => controller.abort(lost)],
  ["while it lasts", (controller: AbortController) => setTimeout(() => controller.abort(lost), 5)],
])("a sleep that is ended %s says why", async (_name, end) => {
  const controller = new AbortController()
  end(controller)
  await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe(lost)
})
