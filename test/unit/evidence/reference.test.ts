import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseChallenge, tokenUrl } from "../../../src/evidence/registry/auth.ts"
import { asTag, parseReference } from "../../../src/evidence/registry/reference.ts"

describe("artifact references", () => {
  it.each([
    ["ghcr.io/acme/app:v1.2.3", { registry: "ghcr.io", repository: "acme/app", reference: "v1.2.3" }],
    ["198.18.0.1:5000/app:x", { registry: "198.18.0.1:5000", repository: "app", reference: "x" }],
    [
      `localhost/a/b@sha256:${"0".repeat(64)}`,
      { registry: "localhost", repository: "a/b", reference: `sha256:${"0".repeat(64)}` },
    ],
  ])("reads %s", (text, expected) => {
    expect(parseReference(text)).toEqual(expected)
  })

  it.each([
    "app:v1",
    "ghcr.io/App:v1",
    "ghcr.io/app",
    "ghcr.io/app@sha256:12",
    "ghcr.io/../app:v1",
    "ghcr.io/a b:v1",
  ])("refuses %s", (text) => {
    expect(() => parseReference(text)).toThrow(/USAGE/)
  })

  it("turns any text into a valid tag", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(asTag(text)).toMatch(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/)
      }),
    )
  })
})

describe("registry challenges", () => {
  it("names the URL that issues a token for one repository", () => {
    const challenge = parseChallenge('Bearer realm="https://auth.example/token",service="registry.example"')
    expect(challenge).toBeDefined()
    if (challenge === undefined) return
    expect(tokenUrl(challenge, "acme/app", "pull,push")?.href).toBe(
      "https://auth.example/token?service=registry.example&scope=repository%3Aacme%2Fapp%3Apull%2Cpush",
    )
  })

  it("supports basic besides bearer, and nothing else", () => {
    expect(parseChallenge('Basic realm="x"')?.scheme).toBe("basic")
    expect(parseChallenge("Negotiate")).toBeUndefined()
    expect(parseChallenge(null)).toBeUndefined()
  })
})
