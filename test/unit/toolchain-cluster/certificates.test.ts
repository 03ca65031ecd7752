import { X509Certificate } from "node:crypto"
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { keyPairAt, stillGood } from "../../../toolchain/cluster/node/certificate.ts"
import { apiServerNames, ensurePki, type Pki } from "../../../toolchain/cluster/node/pki.ts"

const day = 24 * 60 * 60 * 1000
let directory = ""

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "signalbox-pki-"))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const certificate = (pki: Pki, name: "apiServer" | "authority" | "admin" | "kubelet"): X509Certificate =>
  new X509Certificate(readFileSync(pki[name].certificate))
const make = (address = "198.18.1.2", names: readonly string[] = []): Promise<Pki> =>
  ensurePki(directory, address, names)

describe("keys of a cluster", () => {
  test("name the API server as every client reaches it", async () => {
    const server = certificate(await make("198.18.1.2", ["extra"]), "apiServer")
    for (const name of ["k8s", "cluster", "localhost", "kubernetes.default.svc.cluster.local", "extra"])
      expect(server.checkHost(name), name).toBe(name)
    for (const address of ["127.0.0.1", "10.96.0.1", "198.18.1.2"])
      expect(server.checkIP(address), address).toBe(address)
    expect(server.checkHost("elsewhere")).toBeUndefined()
  })

  test("are signed by the authority, and only it signs", async () => {
    const pki = await make()
    const authority = certificate(pki, "authority")
    expect(authority.ca).toBe(true)
    for (const name of ["apiServer", "admin", "kubelet"] as const) {
      expect(certificate(pki, name).verify(authority.publicKey)).toBe(true)
      expect(certificate(pki, name).ca).toBe(false)
    }
    expect(certificate(pki, "kubelet").subject).toBe("O=system:nodes\nCN=system:node:signalbox")
  })

  test("are readable by their owner only", async () => {
    const pki = await make()
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const { key } of [pki.authority, pki.apiServer, pki.admin, pki.etcdAuthority])
      expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(statSync(pki.serviceAccountKey).mode & 0o777).toBe(0o600)
  })

  test("stay the same at the next start", async () => {
    const before = readFileSync((await make()).apiServer.certificate, "utf8")
    expect(readFileSync((await make()).apiServer.certificate, "utf8")).toBe(before)
  })

  test("are made anew for another address, by the same authority", async () => {
    const first = await make()
    const authority = readFileSync(first.authority.certificate, "utf8")
    const admin = readFileSync(first.admin.certificate, "utf8")
    const second = await make("10.87.0.9")
    expect(certificate(second, "apiServer").checkIP("10.87.0.9")).toBe("10.87.0.9")
    expect(readFileSync(second.authority.certificate, "utf8")).toBe(authority)
    expect(readFileSync(second.admin.certificate, "utf8")).toBe(admin)
  })

  test("are mended where a kill left a new key beside an old certificate", async () => {
    const pki = await make()
    writeFileSync(pki.admin.key, readFileSync(pki.kubelet.key))
    const key = readFileSync((await make()).admin.key, "utf8")
    expect(key).not.toBe(readFileSync(pki.kubelet.key, "utf8"))
  })

  test("all follow a new authority", async () => {
    const pki = await make()
    rmSync(pki.authority.key)
    const after = await make()
    const authority = certificate(after, "authority")
    expect(certificate(after, "admin").verify(authority.publicKey)).toBe(true)
    expect(certificate(after, "apiServer").verify(authority.publicKey)).toBe(true)
  })
})

test("a certificate is renewed when it has 60 days left", async () => {
  const pki = await make()
  const pem = readFileSync(keyPairAt(join(directory, "admin")).certificate, "utf8")
  const authority = readFileSync(pki.authority.certificate, "utf8")
  const wanted = { commonName: "signalbox-admin", organization: "system:masters" }
  expect(stillGood(pem, authority, wanted, Date.now() + 300 * day)).toBe(true)
  expect(stillGood(pem, authority, wanted, Date.now() + 306 * day)).toBe(false)
  expect(stillGood(pem, authority, { commonName: "signalbox-admin" }, Date.now())).toBe(false)
})

test("names and addresses appear once each", () => {
  const names = apiServerNames("127.0.0.1", ["cluster"])
  expect(new Set(names).size).toBe(names.length)
})
