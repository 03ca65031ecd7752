import { execFileSync } from "node:child_process"
import { readFileSync, statSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { stringify } from "yaml"
import {
  caFingerprint,
  credentialsOf,
  memoryDirectory,
  type Pins,
  pinsOf,
  readKubeconfig,
  writeKubeconfig,
} from "../../../src/deploy/kubeconfig/index.ts"

// A self-signed certificate made for this test; nothing verifies against it.
const pem = readFileSync(new URL("fixtures/ca.pem", import.meta.url), "utf8")
const otherPem = readFileSync(new URL("fixtures/other-ca.pem", import.meta.url), "utf8")
const base64 = (text: string) => Buffer.from(text).toString("base64")
const garbage = "-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n"
const noPins: Pins = { server: null, caFingerprint: null }

function kubeconfig(change: { cluster?: object; user?: object; root?: object } = {}): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "c",
        cluster: {
          server: "https://api.example:6443",
          "certificate-authority-data": base64(pem),
          ...change.cluster,
        },
      },
    ],
    users: [{ name: "u", user: { token: "s3cr3t-token", ...change.user } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
    ...change.root,
  })
}

const context = (name: string) => ({ name, context: { cluster: "c", user: "u" } })

const accept = (text: string, pins = noPins, override: string | null = null) =>
  credentialsOf(readKubeconfig(text), pins, override)

describe("a kubeconfig is taken", () => {
  test("plain", () => {
    expect(accept(kubeconfig())).toMatchObject({
      server: "https://api.example:6443",
      tlsServerName: null,
      auth: { kind: "token", token: "s3cr3t-token" },
    })
  })

  test("C22 with one context and an empty current-context, as kubectl config set-… leaves it", () => {
    expect(accept(kubeconfig({ root: { "current-context": "" } }))).toEqual(accept(kubeconfig()))
  })

  test("sibling of C22: with one context and none that is current", () => {
    expect(accept(kubeconfig({ root: { "current-context": undefined } }))).toEqual(accept(kubeconfig()))
  })

  test("in base64, wrapped in lines as CI secrets are", () => {
    const wrapped = base64(kubeconfig()).replaceAll(/.{76}/g, "$&\n")
    expect(accept(wrapped)).toEqual(accept(kubeconfig()))
  })

  test("with a client certificate", () => {
    const user = { token: undefined, "client-certificate-data": base64(pem), "client-key-data": base64(pem) }
    expect(accept(kubeconfig({ user })).auth.kind).toBe("certificate")
  })

  test("with the server replaced: the certificate is still checked against the original host", () => {
    const credentials = accept(kubeconfig(), noPins, "https://cluster:6443")
    expect(credentials).toMatchObject({ server: "https://cluster:6443", tlsServerName: "api.example" })
  })

  test("with an IPv6 server: certificates name it without brackets", () => {
    const cluster = { server: "https://[2001:db8::1]:6443" }
    expect(accept(kubeconfig({ cluster }), noPins, "https://cluster:6443").tlsServerName).toBe("2001:db8::1")
    expect(accept(kubeconfig({ cluster })).tlsServerName).toBeNull()
  })

  test.each([
    ["first", pem + otherPem],
    ["last", otherPem + pem],
  ])("with a bundle of CAs, of which only the pinned one is trusted: the %s", (_name, bundle) => {
    const text = kubeconfig({ cluster: { "certificate-authority-data": base64(bundle) } })
    expect(accept(text, { server: null, caFingerprint: caFingerprint(pem) }).ca).toBe(pem)
    expect(accept(text).ca).toBe(bundle)
  })

  test("when server and CA are the pinned ones", () => {
    const pins = { server: "https://api.example:6443", caFingerprint: caFingerprint(pem) }
    expect(accept(kubeconfig(), pins).server).toBe("https://api.example:6443")
  })
})

describe("a kubeconfig is refused with 13 and never quoted", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["empty", "  \n", /empty/],
    ["not YAML", "{unclosed: s3cr3t-token", /neither YAML nor base64/],
    ["another document", "apiVersion: v1\nkind: Secret\n", /not a kubeconfig/],
    [
      "C22 an empty current context, and two to choose from",
      kubeconfig({ root: { "current-context": "", contexts: [context("x"), context("z")] } }),
      /no current-context/,
    ],
    [
      "C22 no CA at all",
      kubeconfig({ cluster: { "certificate-authority-data": undefined } }),
      /the kubeconfig has no CA[\s\S]*a public root, too/,
    ],
    ["C22 a proxy", kubeconfig({ cluster: { "proxy-url": "http://127.0.0.1:3128" } }), /proxy-url/],
    ["C22 tokenFile", kubeconfig({ user: { tokenFile: "/var/token" } }), /tokenFile names a path/],
    ["a context that is not there", kubeconfig({ root: { "current-context": "y" } }), /does not contain/],
    ["an exec plugin", kubeconfig({ user: { exec: { command: "aws" } } }), /runs a program/],
    ["an auth provider", kubeconfig({ user: { "auth-provider": { name: "gcp" } } }), /runs a program/],
    ["a CA file", kubeconfig({ cluster: { "certificate-authority": "/etc/ca.pem" } }), /refers to a file/],
    ["a token file", kubeconfig({ user: { tokenFile: "/var/token" } }), /refers to a file/],
    [
      "a client certificate file",
      kubeconfig({ user: { "client-certificate": "/c.pem" } }),
      /refers to a file/,
    ],
    ["skipped verification", kubeconfig({ cluster: { "insecure-skip-tls-verify": true } }), /skips TLS/],
    ["no CA", kubeconfig({ cluster: { "certificate-authority-data": "" } }), /certificate-authority-data/],
    [
      "a CA that is garbage",
      kubeconfig({ cluster: { "certificate-authority-data": base64(garbage) } }),
      /certificate-authority-data/,
    ],
    [
      "a CA bundle with garbage in it",
      kubeconfig({ cluster: { "certificate-authority-data": base64(pem + garbage) } }),
      /one of its 2 certificates cannot be read/,
    ],
    [
      "a key for a CA",
      kubeconfig({
        cluster: { "certificate-authority-data": base64(garbage.replaceAll("CERTIFICATE", "KEY")) },
      }),
      /holds no certificate/,
    ],
    [
      "a client certificate that is garbage",
      kubeconfig({
        user: {
          token: undefined,
          "client-certificate-data": base64(garbage),
          "client-key-data": base64("-----BEGIN KEY-----"),
        },
      }),
      /client-certificate-data/,
    ],
    ["plain HTTP", kubeconfig({ cluster: { server: "http://api.example" } }), /not reached by https/],
    [
      "a password in the address",
      kubeconfig({ cluster: { server: "https://a:s3cr3t-token@b" } }),
      /carries a password/,
    ],
    [
      "a user and password",
      kubeconfig({ user: { username: "admin", password: "s3cr3t-token" } }),
      /password/,
    ],
    ["no credential", kubeconfig({ user: { token: undefined } }), /no credential/],
    ["a proxy", kubeconfig({ cluster: { "proxy-url": "http://proxy" } }), /not taken over/],
    ["impersonation", kubeconfig({ user: { as: "admin" } }), /not taken over/],
  ]

  test.each(cases)("%s", (_name, text, what) => {
    const attempt = () => accept(text)
    expect(attempt).toThrow(what)
    expect(attempt).toThrow(expect.objectContaining({ code: "KUBECONFIG_REFUSED", exitCode: 13 }))
    expect(attempt).not.toThrow(/s3cr3t-token/)
  })

  test("another cluster than the pinned one", () => {
    expect(() => accept(kubeconfig(), { server: "https://prod.example:6443", caFingerprint: null })).toThrow(
      /another cluster/,
    )
    const caFingerprint = `sha256:${"0".repeat(64)}`
    expect(() => accept(kubeconfig(), { server: null, caFingerprint })).toThrow(/another cluster/)
  })
})

describe("on the memory mount", () => {
  test("only the owner reads it, and it holds nothing but what is needed", async () => {
    const directory = await memoryDirectory("/dev/shm")
    try {
      const path = await writeKubeconfig(
        directory,
        accept(kubeconfig(), noPins, "https://cluster:6443"),
        "apps",
      )
      expect(statSync(path).mode & 0o777).toBe(0o600)
      const written = readKubeconfig(readFileSync(path, "utf8"))
      expect(written.cluster).toMatchObject({
        server: "https://cluster:6443",
        "tls-server-name": "api.example",
      })
      expect(Object.keys(written.user)).toEqual(["token"])
    } finally {
      await directory.remove()
    }
  })

  test("a directory on a disk is refused", async () => {
    const directory = await mkdtemp(join(tmpdir(), "signalbox-"))
    const kind = execFileSync("stat", ["-f", "-c", "%T", directory], { encoding: "utf8" }).trim()
    if (kind !== "tmpfs") await expect(memoryDirectory(directory)).rejects.toThrow(/not a memory file system/)
    await rm(directory, { recursive: true })
  })
})

describe("what an environment pins of a kubeconfig", () => {
  test("is its server, and the fingerprint of its only authority", () => {
    const pins = pinsOf(kubeconfig())
    expect(pins).toEqual({ server: "https://api.example:6443", caFingerprint: caFingerprint(pem) })
    // What was pinned is taken, and another cluster's authority is not.
    expect(() => accept(kubeconfig(), { ...noPins, ...pins })).not.toThrow()
    const other = kubeconfig({ cluster: { "certificate-authority-data": base64(otherPem) } })
    expect(() => accept(other, { ...noPins, ...pins })).toThrow()
  })

  test("is the server alone where several authorities are trusted", () => {
    const both = kubeconfig({ cluster: { "certificate-authority-data": base64(pem + otherPem) } })
    expect(pinsOf(both)).toEqual({ server: "https://api.example:6443" })
  })

  test("is refused for a kubeconfig that no deployment would take", () => {
    expect(() => pinsOf(kubeconfig({ user: { exec: { command: "login" } } }))).toThrow("runs a program")
  })
})
