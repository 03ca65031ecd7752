import { expect, test } from "vitest"
import { viewOf } from "../../../src/deploy/lock/index.ts"

test.each([
  ["7", 7],
  ["9007199254740991", 0],
  ["-5", 0],
  ["many", 0],
])("a fencing number that nobody counted to is none: %s", (text, fence) => {
  const metadata = { name: "signalbox-lock", annotations: { "signalbox/fence": text } }
  expect(viewOf({ metadata }).fence).toBe(fence)
})
