/** What an answer of whatever listens at the API server's address is taken for, over a real connection. */
import { execFileSync } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer, type Server } from "node:https"
import type { AddressInfo } from "node:net"
import { networkInterfaces, tmpdir } from "node:os"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { configMapPath, HttpsClusterApi, secretPath } from "../../../src/deploy/cluster/index.ts"
import { MemoryClock } from "./support/memory-clock.ts"

const path = configMapPath("apps", "signalbox-ledger")
const notFound = JSON.stringify({ kind: "Status", status: "Failure", reason: "NotFound", code: 404 })

let directory: string
let pems: { readonly cert: string; readonly key: string }
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "signalbox-api-"))
  const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")]
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
  const names = ["-subj", "/CN=api", "-addext", "subjectAltName=IP:127.0.0.1,IP:::1"]
  const out = ["-out", cert, "-keyout", key]
  execFileSync("openssl", ["req", "-x509", ...curve, ...names, ...out], { stdio: "ignore" })
  pems = { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") }
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** What the server was asked. */
let asked: { method: string; url: string; type: string; body: string }[]
beforeEach(() => {
  asked = []
})

/** Asks a server that answers so. */
async function ask<T>(
  answer: { readonly status: number; readonly body: string; readonly host?: string },
  question: (api: HttpsClusterApi) => Promise<T>,
): Promise<T> {
  const { host = "127.0.0.1" } = answer
  const server: Server = createServer(pems, async (request, response) => {
    const { method = "", url = "", headers } = request
    const sent = {
      method,
      url,
      type: headers["content-type"] ?? "",
      body: (await buffer(request)).toString(),
    }
    asked.push(sent)
    response.writeHead(answer.status).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  const dialled = host.includes(":") ? `[${host}]` : host
  const auth = { kind: "token", token: "t" } as const
  const credentials = { server: `https://${dialled}:${port}`, tlsServerName: null, ca: pems.cert, auth }
  const api = new HttpsClusterApi(credentials, { clock: new MemoryClock() })
  try {
    return await question(api)
  } finally {
    api.close()
    server.close()
  }
}

describe("a 404", () => {
  test("of the API server says that there is nothing", async () => {
    const answer = { status: 404, body: notFound }
    expect(await ask(answer, (api) => api.get(path))).toBeNull()
    expect(await ask(answer, (api) => api.text(path))).toBeNull()
    expect(await ask(answer, (api) => api.remove(path))).toBe(false)
  })

  test.each(["404 page not found", "<html>", "", "null", "{}"])(
    "of anything else says nothing: %j",
    async (body) => {
      const answer = { status: 404, body }
      const refused = { code: "OUTPUT_UNREADABLE", exitCode: 11, detail: { where: path } }
      await expect(ask(answer, (api) => api.get(path))).rejects.toMatchObject(refused)
      await expect(ask(answer, (api) => api.text(path))).rejects.toMatchObject(refused)
      await expect(ask(answer, (api) => api.remove(path))).rejects.toMatchObject(refused)
    },
  )
})

describe("a list", () => {
  const list = (answer: { readonly status: number; readonly body: string }) =>
    ask(answer, (api) => api.list(configMapPath("apps")))

  test("is what its items are", async () => {
    expect(await list({ status: 200, body: '{"items":[]}' })).toEqual([])
    expect(await list({ status: 200, body: '{"items":[{"metadata":{"name":"a"}}]}' })).toHaveLength(1)
  })

  test.each([
    [200, "{}"],
    [200, '{"items":null}'],
    [200, "null"],
    [404, notFound],
  ])("is never empty because it is none: %s %s", async (status, body) => {
    await expect(list({ status, body })).rejects.toMatchObject({ code: "OUTPUT_UNREADABLE", exitCode: 11 })
  })
})

describe("V08 a dry run", () => {
  const text = '---\n# Source: a.yaml\ndata: { a: "on" }\n'
  const tried = (status: number, body: string) =>
    ask({ status, body }, (api) => api.dryRun(path, text, { manager: "helm", force: false }))

  test("sends the text as it is, and changes nothing", async () => {
    expect(await tried(200, "{}")).toEqual({ accepted: true })
    const url = `${path}?dryRun=All&fieldManager=helm&force=false&fieldValidation=Strict`
    expect(asked).toEqual([{ method: "PATCH", url, type: "application/apply-patch+yaml", body: text }])
  })

  test.each([
    [403, '{"kind":"Status","reason":"Forbidden","message":"no"}', { reason: "Forbidden", message: "no" }],
    [500, '{"kind":"Status","message":"expected string"}', { reason: "", message: "expected string" }],
    [422, "<html>", { reason: "", message: "<html>" }],
  ])("that ends with %s is told as it is, and asked once: %s", async (status, body, said) => {
    expect(await tried(status, body)).toEqual({ accepted: false, status, causes: [], ...said })
    expect(asked).toHaveLength(1)
  })

  test.each([429, 503])("that ends with %s is asked again, and is no yes in the end", async (status) => {
    expect(await tried(status, "later")).toMatchObject({ accepted: false, status })
    expect(asked).toHaveLength(5)
  })

  test("with a credential that is not valid is an error", async () => {
    const body = '{"kind":"Status","message":"Unauthorized"}'
    await expect(tried(401, body)).rejects.toMatchObject({ code: "CLUSTER_REFUSED" })
  })
})

test("X11 an answer that cannot be read is not quoted where it may be a Secret", async () => {
  const password = Buffer.from("hunter2-of-the-shop").toString("base64")
  const body = `{"data":{"password":"${password}"`
  const error = await ask({ status: 200, body }, (api) => api.get(secretPath("apps", "db"))).catch(String)
  expect(error).toContain("OUTPUT_UNREADABLE")
  expect(error).not.toContain(password.slice(0, 5))
})

const loopbacks = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address))

test.skipIf(!loopbacks.includes("::1"))("a server by its IPv6 address is reached", async () => {
  const answer = { status: 404, body: notFound, host: "::1" }
  expect(await ask(answer, (api) => api.get(path))).toBeNull()
})
