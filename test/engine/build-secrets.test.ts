/**
 * A secret that a Dockerfile mounts: the build has it, and nothing that the build or the call leaves behind does.
 */
import { mkdtemp, open, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { readMember, tarMembers } from "../../src/build/archive/tar.ts"
import { sha256 } from "../../src/domain/index.ts"
import { finalError, type Outcome } from "./harness/index.ts"
import { type Project, project, publishedBy } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

const canary = `canary-${crypto.randomUUID()}`
const given = ["with-build-secret", "--name", "npm_token", "--value", "env://NPM_TOKEN"]
let here: Project
let out = ""

const call = (args: readonly string[], token: string | undefined = canary) =>
  here.call(args, { timeout: 560, env: token === undefined ? {} : { NPM_TOKEN: token } })

beforeAll(async () => {
  here = await project("secrets-staging", "stamps")
  out = await mkdtemp(join(tmpdir(), "signalbox-secrets-"))
  const config = await here.files.read("signalbox.yaml")
  const dockerfile = await here.files.read("app/Dockerfile")
  await here.write({
    "signalbox.yaml": config.replace("    health: /\n", "    health: /\n    secrets: [npm_token]\n"),
    // Prints it as well, as a tool does that is asked to tell everything.
    "app/Dockerfile": dockerfile
      .replace(
        "RUN mkdir",
        "RUN --mount=type=secret,id=npm_token,required=true cat /run/secrets/npm_token && " +
          "sha256sum /run/secrets/npm_token | cut -c 1-64 > src/token.sum\nRUN cp src/token.sum /token.sum && mkdir",
      )
      .replace(
        "COPY --from=build /out /srv\n",
        "COPY --from=build /out /srv\nCOPY --from=build /token.sum /srv/token.sum\n",
      ),
  })
  await commitAll(here.files.path)
})
afterAll(async () => {
  await here[Symbol.asyncDispose]()
  await rm(out, { recursive: true, force: true })
})

/** Whatever a call has said, as it was said and as it may have been written. */
function expectSilent({ stdout, stderr }: Pick<Outcome, "stdout" | "stderr">): void {
  for (const text of [
    canary,
    Buffer.from(canary).toString("base64").slice(0, -4),
    encodeURIComponent(canary),
  ])
    expect(`${stdout}${stderr}`).not.toContain(text)
}

/** Layers, configuration and manifest of an image's archive, unpacked. */
async function contentsOf(archive: string): Promise<Buffer[]> {
  const file = await open(archive, "r")
  try {
    const members = [...(await tarMembers(file)).values()]
    const contents = await Promise.all(members.map((member) => readMember(file, member)))
    return contents.map((content) =>
      content.length > 1 && content.readUInt16BE(0) === 0x1f8b ? gunzipSync(content) : content,
    )
  } finally {
    await file.close()
  }
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

it("is there for the build, and in no layer, history or log of what is built", async () => {
  const file = join(out, "image.tar")
  const built = await call([...given, "build", "container", "as-tarball", "export", "--path", file])
  expect(finalError(built)).toBe("")
  expectSilent(built)
  const layers = await contentsOf(file)
  expect(layers.length).toBeGreaterThan(3)
  for (const content of layers) expect(content.includes(canary)).toBe(false)
  const sum = await call([...given, "build", "container", "file", "--path", "/srv/token.sum", "contents"])
  expect(`sha256:${sum.stdout.trim()}`).toBe(sha256(canary))
})

it("builds nothing again when it has another value", async () => {
  const sum = await call(
    [...given, "build", "container", "file", "--path", "/srv/token.sum", "contents"],
    "another-value",
  )
  expect(finalError(sum)).toBe("")
  expect(`sha256:${sum.stdout.trim()}`).toBe(sha256(canary))
})

it("is in no report and no log of gates, publishing or evidence", async () => {
  const reports = join(out, "reports")
  const gates = await call([...given, "gates", "reports", "export", "--path", reports])
  expect(finalError(gates)).toBe("")
  const report = JSON.parse(await readFile(join(reports, "report.json"), "utf8"))
  expect(report).toMatchObject({ verdict: "pass", partial: false })
  const published = await call([...given, "publish", "--version", "1.0.0"])
  expect(finalError(published)).toBe("")
  const record = join(out, "record")
  const kept = await call(["record", "--release", "1.0.0", "export", "--path", record])
  for (const outcome of [gates, published, kept]) expectSilent(outcome)
  const files = [...(await filesBelow(reports)), ...(await filesBelow(record))]
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) expect((await readFile(file)).includes(canary), file).toBe(false)
})

it("that is not given ends build and publish with 13 and the call to make, before anything is judged", async () => {
  for (const args of [
    ["build", "sizes"],
    ["publish", "--version", "2.0.0"],
  ]) {
    const outcome = await call(args)
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toContain("web cannot be built without the secret npm_token")
    expect(finalError(outcome)).toContain("with-build-secret --name npm_token --value env://NPM_TOKEN")
  }
  expect((await publishedBy(here.name)).filter((one) => one.endsWith("v2.0.0"))).toEqual([])
})

it.each([
  ["not given", []],
  ["empty, as CI servers give what they have not", given],
])("that is %s leaves the gates that need the image unjudged, and the others judged", async (_, before) => {
  // Another content: what was built with the secret is not built again.
  await here.write({ "app/src/new.js": `// ${crypto.randomUUID()}\n` })
  const outcome = await call([...before, "gates", "--only", "images,vulnerabilities,charts,unit", "json"], "")
  const report = JSON.parse(outcome.stdout)
  const verdicts = report.gates.map(({ gate, verdict }: { gate: string; verdict: string }) => [gate, verdict])
  expect(Object.fromEntries(verdicts)).toEqual({
    ...{ unit: "error", vulnerabilities: "error", images: "error", charts: "pass" },
  })
  for (const { verdict, summary } of report.gates)
    if (verdict === "error") expect(summary).toContain("cannot be built without the secret npm_token")
})

it("is not given to the code of a fork", async () => {
  const outcome = await call([...given, "gates", "--only", "images", "--context", "fork", "json"])
  expect(JSON.parse(outcome.stdout)).toMatchObject({
    gates: [
      { verdict: "error", summary: expect.stringContaining("the code of a fork is built without any") },
    ],
  })
})
