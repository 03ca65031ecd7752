import { describe, expect, it } from "vitest"
import { newSigningKeys } from "../../../pipelines/signing-keys.ts"
import { passwordIn } from "../../../src/evidence/index.ts"

describe("sibling of V24: a new pair of keys", () => {
  // A file that an editor or `echo` has written ends with a line break.
  it.each(["", "\n", "\r\n"])("is not made with the empty password %j", async (password) => {
    const made = newSigningKeys(password, "ed25519")
    await expect(made).rejects.toMatchObject({ code: "USAGE", exitCode: 13 })
  })

  it("is not made by an unknown algorithm", async () => {
    await expect(newSigningKeys("a password", "rsa")).rejects.toMatchObject({ code: "USAGE", exitCode: 13 })
  })

  it.each(["a password", "a password\n", "a password\r\n"])(
    "has the password that a call which signs reads in %j",
    (secret) => {
      expect(passwordIn(secret)).toBe("a password")
    },
  )

  it.each([" a password ", "a\npassword", "a password\n\n"])("has every other character of %j", (secret) => {
    expect(passwordIn(secret).length).toBeGreaterThanOrEqual(secret.length - 1)
    expect(secret.startsWith(passwordIn(secret))).toBe(true)
  })
})
