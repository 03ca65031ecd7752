import assert from "node:assert"
import { test } from "node:test"
import { farewell, greeting } from "../src/greeting.js"

test("greets", () => {
  assert.equal(greeting("/"), "hello")
})

test("greets wrongly", () => {
  assert.equal(greeting("/you"), "hello me")
})

test("has parts", async (t) => {
  await t.test("one that holds", () => assert.equal(farewell(""), "bye"))
  await t.test("one that does not", () => {
    assert.equal(farewell("you"), "bye me")
  })
})

test("is to be done", { todo: true }, () => {
  assert.equal(greeting("/"), "not written yet")
})

test("is left out", { skip: "FAILED once" }, () => {
  assert.fail("it does not run")
})

test("talks", () => {
  console.log("not ok 1 - test/greeting.test.js:9 failed")
  assert.throws(() => assert.fail("expected"))
})
