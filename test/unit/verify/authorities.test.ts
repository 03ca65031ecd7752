/** A smoke test against an address whose certificate no public authority has signed, over a real connection. */
import { execFileSync } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer } from "node:https"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { parseEnvironment } from "../../../src/config/index.ts"
import { authoritiesWith, sendRequest, trustAlso } from "../../../src/verify/index.ts"

let directory: string
let pems: { readonly cert: string; readonly key: string }
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "signalbox-ca-"))
  const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")]
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
  const names = ["-subj", "/CN=shop", "-addext", "subjectAltName=IP:127.0.0.1"]
  execFileSync("openssl", ["req", "-x509", ...curve, ...names, "-out", cert, "-keyout", key], {
    stdio: "ignore",
  })
  pems = { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") }
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const environment = (ca: string) =>
  parseEnvironment(
    `schemaVersion: 1\nname: staging\nnamespace: shop\nrelease: shop\naccess:\n  kind: url\n  url: https://127.0.0.1\n  ca: |\n${ca.trim().replaceAll(/^/gm, "    ")}\n`,
    "environments/staging.yaml",
  )

describe("C29 an address with a private authority", () => {
  test("C29 is refused before the environment's authority is known, and answers afterwards", async () => {
    const server = createServer(pems, (_request, response) => response.end("shop"))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    const ask = () =>
      sendRequest({
        url: `https://127.0.0.1:${port}/`,
        method: "GET",
        headers: {},
        body: undefined,
        timeoutMs: 5000,
      })
    try {
      await expect(ask()).rejects.toThrow()
      const { access } = environment(pems.cert)
      trustAlso(access.kind === "url" ? (access.ca ?? "") : "")
      await expect(ask()).resolves.toMatchObject({ status: 200, body: "shop" })
    } finally {
      server.close()
    }
  })

  test("sibling of C29: k6 gets the public authorities with it", () => {
    const all = authoritiesWith(pems.cert)
    expect(all.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(100)
    expect(all).toContain(pems.cert.trim())
  })

  test("sibling of C29: a key is no certificate, and has no place in an environment's file", () => {
    expect(() => environment(pems.key)).toThrow(/certificates in PEM/)
    expect(() => environment(pems.cert + pems.key)).toThrow(/certificates in PEM/)
  })
})
