import assert from "node:assert"
import { test } from "node:test"
import { greeting } from "../src/greeting.js"

test("greets", () => {
  assert.equal(greeting("/"), "hello")
})
