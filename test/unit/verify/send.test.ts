import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { sendRequest } from "../../../src/verify/index.ts"

test("sibling of V43: of an answer that is small on the way and endless when it is unpacked, too", async () => {
  const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024, "x"))
  const server = createServer((_request, response) => {
    response.setHeader("content-encoding", "gzip")
    response.end(packed)
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { body } = await sendRequest({ url, method: "GET", headers: {}, body: undefined, timeoutMs: 5000 })
    expect(body.length).toBe(1024 * 1024)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test("V43 of an answer that never ends, the beginning is read", async () => {
  const server = createServer((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    }
    response.on("drain", more)
    more()
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const request = { url, method: "GET", headers: {}, body: undefined, timeoutMs: 2000 }
    const { status, body } = await sendRequest(request)
    expect([status, body.length]).toEqual([200, 1024 * 1024])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test.each([2 ** 31, 2 ** 32])(
  "a time limit of %d ms, longer than a timer of Node takes, ends nothing at once",
  async (timeoutMs) => {
    const server = createServer((_request, response) => {
      setTimeout(() => response.end("late"), 100)
    })
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const { body } = await sendRequest({ url, method: "GET", headers: {}, body: undefined, timeoutMs })
      expect(body).toBe("late")
    } finally {
      server.closeAllConnections()
      server.close()
    }
  },
)
