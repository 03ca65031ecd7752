/** A release that is signed: by a pair of the module's own making, checked offline, and refused once it is changed. */
import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { finalError, type Outcome } from "./harness/index.ts"
import { type Project, project, publishedBy } from "./support/project.ts"

vi.setConfig({ testTimeout: 280_000, hookTimeout: 120_000 })

const env = { SIGNING_PASSWORD: "a password of the tests" }
const version = "0.1.0-rc.1"
let here: Project

beforeAll(async () => {
  here = await project()
})

afterAll(() => here[Symbol.asyncDispose]())

const keys = () => join(here.files.path, "..", `${here.name}-keys`)
const exported = () => join(here.files.path, "..", `${here.name}-record`)
const verify = (): Promise<Outcome> =>
  here.call(["verify-release", "--record", exported(), "--public-key", join(keys(), "signalbox.pub")], {
    env,
  })

it("key new exports a pair, whose private key is encrypted and printed nowhere", async () => {
  // As `echo` writes it; the calls that sign get the same password from a variable.
  await here.write({ "password.txt": `${env.SIGNING_PASSWORD}\n` })
  const pair = ["key", "new", "--password", "file://password.txt", "--algorithm", "ecdsa-p256"]
  const made = await here.call([...pair, "export", "--path", keys()])
  expect(finalError(made)).toBe("")
  const pem = await readFile(join(keys(), "signalbox.key"), "utf8")
  expect(pem).toContain("BEGIN ENCRYPTED PRIVATE KEY")
  expect(made.stdout + made.stderr).not.toContain(pem.split("\n")[1])
  expect(await readFile(join(keys(), "signalbox.pub"), "utf8")).toContain("BEGIN PUBLIC KEY")
  expect(await readFile(join(keys(), "signalbox.id"), "utf8")).toMatch(/^sha256:[0-9a-f]{64}\n$/)
})

it("V05 a signed release is whole offline, and attached to its image", async () => {
  const key = ["--signing-key", `file://${join(keys(), "signalbox.key")}`]
  const published = await here.call(
    ["publish", "--version", version, ...key, "--signing-key-password", "env://SIGNING_PASSWORD"],
    { env },
  )
  expect(finalError(published)).toBe("")
  const record = await here.call(["record", "--release", version, "export", "--path", exported()])
  expect(finalError(record)).toBe("")
  const checked = await verify()
  expect(finalError(checked)).toBe("")
  expect(checked.stdout).toMatch(/^ok +signature: by --public-key/m)
  // What a person compares: the reference that publish has printed, and the digest that a plan names.
  const { record: reference, recordDigest, commit } = JSON.parse(published.stdout)
  expect(checked.stdout.split("\n").slice(0, 4)).toEqual([
    `release: ${here.name} ${version}`,
    `commit:  ${commit}`,
    `stored:  ${reference.slice(reference.indexOf(`${here.name}/releases`))} (as publish prints it)`,
    `record:  ${recordDigest} (as plans, ledgers and holds name it)`,
  ])
  expect((await publishedBy(here.name)).filter((one) => one.endsWith(".att"))).toHaveLength(1)
})

it("V05 a changed smoke test, value or verdict is refused with 16, and the rule is named", async () => {
  const path = join(exported(), "record.json")
  const text = await readFile(path, "utf8")
  await writeFile(path, text.replace('"created":"2', '"created":"1'))
  const changed = await verify()
  expect(changed.code).toBe(16)
  expect(changed.stdout + changed.stderr).toMatch(/FAIL signature: .*\(rule signed-record\)/)
  await writeFile(path, text)
  await writeFile(join(exported(), "load.js"), "export default () => {}")
  const added = await verify()
  expect(added.code).toBe(16)
  expect(added.stdout + added.stderr).toMatch(/FAIL load\.js: .*\(rule record-files\)/)
  await Promise.all([exported(), keys()].map((one) => rm(one, { recursive: true })))
})
