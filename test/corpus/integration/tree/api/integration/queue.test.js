import assert from "node:assert/strict"
import { connect } from "node:net"
import { test } from "node:test"

function ask(text) {
  const queue = connect(6379, "queue")
  return new Promise((resolve, reject) => {
    queue.once("data", (bytes) => resolve(bytes.toString()))
    queue.once("error", reject)
    queue.write(text)
  }).finally(() => queue.destroy())
}

test("the queue has what nobody has put there", async () => {
  assert.equal(await ask("LLEN orders\r\n"), ":1\r\n")
})

test("the queue knows a command of another product", async () => {
  assert.doesNotMatch(await ask("SELECT 1 FROM orders\r\n"), /^-ERR/)
})

test("an error of the queue is told: FAILED", async () => {
  assert.match(await ask("SUBTRACT 1\r\n"), /^-ERR unknown command/)
})

test("the queue takes what is put there", async () => {
  assert.equal(await ask("RPUSH parcels one\r\n"), ":1\r\n")
})
