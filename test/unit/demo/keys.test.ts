/** The pair of keys of a run of the demo: nothing of it stays on disk. */
import { existsSync, statSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { makeKeys } from "../../../demo/keys.ts"

/** As `key new` does, which ends with an exit code. */
function keyNew(exitCode: number) {
  const seen = { args: [] as readonly string[], password: "", scratch: "", mode: 0 }
  const call = async (args: readonly string[], secrets: NodeJS.ProcessEnv) => {
    seen.args = args
    seen.password = secrets.SIGNING_PASSWORD ?? ""
    seen.scratch = args.at(-1) ?? ""
    seen.mode = statSync(seen.scratch).mode & 0o777
    await writeFile(join(seen.scratch, "signalbox.key"), "the private key")
    await writeFile(join(seen.scratch, "signalbox.pub"), "the public key")
    return { line: "", exitCode, log: "", seconds: 0, stdout: "", output: "no engine" }
  }
  return { seen, call }
}

describe("the demo's keys", () => {
  it("are made in a directory that only its owner can read, and are read from it", async () => {
    const { seen, call } = keyNew(0)
    const { publicKey, secrets } = await makeKeys(call)
    expect(publicKey).toBe("the public key")
    expect(secrets).toEqual({ SIGNING_KEY: "the private key", SIGNING_PASSWORD: seen.password })
    expect(seen.mode).toBe(0o700)
    expect(seen.password.length).toBeGreaterThanOrEqual(32)
    expect(seen.args.join(" ")).not.toContain(seen.password)
  })

  it.each([0, 11])("leave nothing on disk where the call ends with %i", async (exitCode) => {
    const { seen, call } = keyNew(exitCode)
    const made = makeKeys(call)
    if (exitCode === 0) await made
    else await expect(made).rejects.toThrow("key new ended with 11: no engine")
    expect(seen.scratch).not.toBe("")
    expect(existsSync(seen.scratch)).toBe(false)
  })
})
