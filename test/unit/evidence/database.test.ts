/** Trivy's database as the artifact that it is published as: from registries that answer, are out, or serve something else. */

import { randomBytes } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { interpretExit } from "../../../src/call/index.ts"
import { parseJson } from "../../../src/call/json.ts"
import { type FetchRequest, main, type ResolveRequest } from "../../../src/evidence/database/main.ts"
import { answers } from "../../../src/evidence/index.ts"
import {
  type ArtifactRegistry,
  archiveOf,
  artifactRegistry,
  layerTypes,
  type Member,
} from "./support/artifact-registry.ts"
import { here, started } from "./support/run-program.ts"

const name = "aquasecurity/trivy-db"
/** More than one block of every reader on the way. */
const database = randomBytes(300_000)
const metadata = (updated: string) => `{"Version":2,"UpdatedAt":"${updated}","NextUpdate":"${updated}"}`
const filesOf = (updated = "2026-11-29T00:00:00Z"): Member[] => [
  { name: "trivy.db", content: database },
  { name: "metadata.json", content: metadata(updated) },
]

let first: ArtifactRegistry
let mirror: ArtifactRegistry
let directory: string
beforeEach(async () => {
  first = await artifactRegistry()
  mirror = await artifactRegistry()
  directory = await mkdtemp(join(tmpdir(), "database-"))
})
afterEach(async () => {
  await first[Symbol.asyncDispose]()
  await mirror[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const program = join(import.meta.dirname, "../../../src/evidence/database/main.ts")
const info = { name: "the database program", where: "here", next: "call again" }
const at = (registry: ArtifactRegistry, tag = "2") => `${registry.host}/${name}:${tag}`
const places = (...registries: readonly ArtifactRegistry[]) =>
  registries.map((one) => ({ reference: at(one), insecure: true }))

/** Runs the program as its caller does, and reads how it ended. @param isStarted as a process of its own. */
async function run(command: string, request: object, isStarted = false) {
  const out = await mkdtemp(join(directory, "out-"))
  const file = join(out, "request.json")
  await writeFile(file, JSON.stringify(request))
  const line = [command, "--request", file, "--tell-error", "--out", out]
  const ran = isStarted ? await started(program, line) : await here(main, line)
  const path = join(out, "error.json")
  const error = existsSync(path) ? readFileSync(path, "utf8") : null
  return { out, ran, ...(await interpretExit(info, ran.code, { ...ran, error })) }
}

async function resolve(request: Partial<ResolveRequest> = {}) {
  const { out, error } = await run("resolve", { kind: "trivy", places: places(first, mirror), ...request })
  if (error !== null) throw error
  return parseJson(readFileSync(join(out, "answer.json"), "utf8"), answers.databaseResolve, "answer.json")
}

/** Resolves and downloads, and gives the files. */
async function downloaded(request: Partial<FetchRequest> = {}) {
  const { layer } = await resolve()
  const { out, error } = await run("fetch", {
    kind: "trivy",
    places: places(first, mirror),
    layer,
    ...request,
  })
  if (error !== null) throw error
  const { place } = parseJson(
    readFileSync(join(out, "answer.json"), "utf8"),
    answers.databaseFetch,
    "answer.json",
  )
  const files = await readdir(join(out, "files"))
  const read = (file: string) => readFileSync(join(out, "files", file))
  return {
    place,
    files: files.sort(),
    database: read("trivy.db"),
    metadata: read("metadata.json").toString(),
  }
}

describe("a database that is published", () => {
  test("is the one that the tag means, with digest and place, and is unpacked as it was", async () => {
    const digest = first.put(name, "2", await archiveOf(filesOf()))
    const found = await resolve()
    expect([found.place, found.digest, found.passed]).toEqual([at(first), digest, []])
    const got = await downloaded()
    expect([got.place, got.files]).toEqual([at(first), ["metadata.json", "trivy.db"]])
    expect(got.database.equals(database)).toBe(true)
    expect(got.metadata).toBe(metadata("2026-11-29T00:00:00Z"))
  })

  test("is read with the anonymous token that a public registry asks for, and its blobs on another host without it", async () => {
    const archive = await archiveOf(filesOf())
    first.put(name, "2", archive)
    mirror.put(name, "other", archive)
    first.behaviour = { asksForToken: true, redirectsTo: mirror.host }
    expect((await downloaded()).database.equals(database)).toBe(true)
    expect(first.seen).toContain("GET /token")
    expect(mirror.seen.filter((line) => line.includes("(token)"))).toEqual([])
  })

  test("of an older day under a tag that nobody moves keeps its date, by which it is judged", async () => {
    first.put(name, "2", await archiveOf(filesOf("2024-01-01T00:00:00Z")))
    expect((await downloaded()).metadata).toBe(metadata("2024-01-01T00:00:00Z"))
  })

  test("is the one of a digest, wherever it is, when the toolbox names that", async () => {
    const former = mirror.put(name, "former", await archiveOf(filesOf("2026-11-01T00:00:00Z")))
    first.put(name, "2", await archiveOf(filesOf()))
    const found = await resolve({ digest: former })
    expect([found.place, found.digest]).toEqual([at(mirror), former])
    expect(found.passed.map(({ place }) => place)).toEqual([at(first)])
  })

  test("is that of Java's archives by its own media type and name of file", async () => {
    const files = [
      { name: "trivy-java.db", content: database },
      { name: "metadata.json", content: "{}" },
    ]
    first.put(name, "2", await archiveOf(files), { mediaType: layerTypes.trivyJava })
    const { layer } = await resolve({ kind: "trivyJava" })
    const { out, error } = await run("fetch", { kind: "trivyJava", places: places(first), layer })
    expect(error).toBeNull()
    expect((await readdir(join(out, "files"))).sort()).toEqual(["metadata.json", "trivy-java.db"])
    await expect(resolve()).rejects.toThrow(/javadb.layer.*and not application\/vnd.aquasec.trivy.db.layer/)
  })
})

describe("advisories in OSV form", () => {
  const zip = { name: "npm.zip", content: database }
  const about = { name: "metadata.json", content: metadata("2026-11-29T00:00:00Z") }
  async function unpacked(files: Member[]) {
    first.put(name, "2", await archiveOf(files), { mediaType: layerTypes.osv })
    const { layer } = await resolve({ kind: "osv" })
    const { out, error } = await run("fetch", { kind: "osv", places: places(first), layer })
    return { error, files: error === null ? (await readdir(join(out, "files"))).sort() : [] }
  }

  test("are an archive for each ecosystem that was published, and their date", async () => {
    const files = [about, zip, { name: "crates.io.zip", content: "b" }, { name: "README", content: "c" }]
    expect(await unpacked(files)).toEqual({
      error: null,
      files: ["crates.io.zip", "metadata.json", "npm.zip"],
    })
  })

  test.each([
    ["no date", [zip], "it lacks metadata.json"],
    ["no ecosystem", [about], "nothing beside metadata.json"],
    ["one twice", [about, zip, zip], "npm.zip twice"],
    ["one that leads out", [about, { name: "../npm.zip", content: "a" }], "leads out"],
    ["one in a directory", [about, { name: "npm/all.zip", content: "a" }], "leads out"],
    ["a link", [about, zip, { name: "Go.zip", type: "symlink", linkname: "/etc/passwd" }], "neither a file"],
  ] as const)("with %s are refused", async (_, files, why) => {
    expect((await unpacked([...files])).error).toMatchObject({
      code: "OUTPUT_UNREADABLE",
      message: expect.stringContaining(why),
    })
  })
})

describe("a registry that is out", () => {
  test("is passed over for a mirror, and the evidence says which place it was", async () => {
    const archive = await archiveOf(filesOf())
    first.behaviour = { out: true }
    const digest = mirror.put(name, "2", archive, { created: "2026-11-29T06:00:00Z" })
    const found = await resolve()
    expect([found.place, found.digest]).toEqual([at(mirror), digest])
    expect(found.passed).toEqual([{ place: at(first), why: expect.stringContaining("503") }])
    expect((await downloaded()).place).toBe(at(mirror))
  })

  test("after it was asked for the tag: the mirror's copy of the same layer is taken, though its manifest is another", async () => {
    const archive = await archiveOf(filesOf())
    first.put(name, "2", archive)
    mirror.put(name, "2", archive, { created: "2026-11-29T06:00:00Z" })
    const { layer } = await resolve()
    first.behaviour = { out: true }
    const { error, out } = await run("fetch", { kind: "trivy", places: places(first, mirror), layer })
    expect([error, JSON.parse(readFileSync(join(out, "answer.json"), "utf8"))]).toEqual([
      null,
      { place: at(mirror) },
    ])
  })

  test("with all its mirrors is an error that names each of them and why: never a database of before", async () => {
    first.behaviour = { out: true }
    const { error, exitCode } = await run("resolve", { kind: "trivy", places: places(first, mirror) })
    expect([exitCode, error?.code]).toEqual([11, "DATABASE_MISSING"])
    expect(error?.detail.where).toBe(`${at(first)}, ${at(mirror)}`)
    expect(error?.detail.why).toMatch(/:2: .*503.*\n.*:2: the registry has no such artifact/s)
  })

  test("tells its error on stdout too: the output directory of a failed exec is lost", async () => {
    first.behaviour = { out: true }
    const { ran } = await run("resolve", { kind: "trivy", places: places(first) }, true)
    expect(ran.code).toBe(11)
    expect(await interpretExit(info, ran.code, { ...ran, error: ran.stdout })).toMatchObject({
      error: { code: "DATABASE_MISSING" },
    })
  })
})

describe("a registry that serves something else", () => {
  const wrong: [string, RegExp, () => Promise<void>][] = [
    [
      "another kind of layer",
      /its layer is application\/octet-stream/,
      async () =>
        void first.put(name, "2", await archiveOf(filesOf()), { mediaType: "application/octet-stream" }),
    ],
    [
      "two layers",
      /it has 2 layers, and not one/,
      async () => void first.put(name, "2", await archiveOf(filesOf()), { layers: 2 }),
    ],
  ]
  test.each(wrong)("%s: an error, and the mirror is not asked instead", async (_, why, serve) => {
    await serve()
    mirror.put(name, "2", await archiveOf(filesOf()))
    const { error, exitCode } = await run("resolve", { kind: "trivy", places: places(first, mirror) })
    expect([exitCode, error?.code, error?.detail.where]).toEqual([11, "OUTPUT_UNREADABLE", at(first)])
    expect(error?.detail.why).toMatch(why)
    expect(mirror.seen).toEqual([])
  })

  const damaged: [string, RegExp, ArtifactRegistry["behaviour"]][] = [
    ["a layer that is cut off in the middle", /could not be reached/, { cutAfter: 100_000 }],
    ["a layer that ends too early and says nothing", /bytes, \d+ came/, { shortBy: 10 }],
    ["more than the manifest says", /more than \d+ came/, { swaps: randomBytes(400_000) }],
  ]
  test.each(damaged)("%s: never a pass; a mirror's whole copy is taken", async (_, why, behaviour) => {
    const archive = await archiveOf(filesOf())
    first.put(name, "2", archive)
    first.behaviour = behaviour
    const alone = await run("fetch", { kind: "trivy", places: places(first), layer: (await resolve()).layer })
    expect([alone.exitCode, alone.error?.code]).toEqual([11, "DATABASE_MISSING"])
    expect(alone.error?.detail.why).toMatch(why)
    expect(existsSync(join(alone.out, "files"))).toBe(false)
    mirror.put(name, "2", archive)
    expect((await downloaded()).place).toBe(at(mirror))
  })

  test("content of the right size and another digest: an error", async () => {
    const archive = await archiveOf(filesOf())
    first.put(name, "2", archive)
    first.behaviour = { swaps: randomBytes(archive.length) }
    const { error } = await run("fetch", {
      kind: "trivy",
      places: places(first),
      layer: (await resolve()).layer,
    })
    expect([error?.code, error?.detail.why]).toEqual([
      "DATABASE_MISSING",
      expect.stringMatching(/requested sha256.*got sha256/),
    ])
  })

  const archives: [string, RegExp, () => Promise<Buffer>][] = [
    [
      "a file outside of it",
      /leads out/,
      () => archiveOf([...filesOf(), { name: "../trivy.db", content: "x" }]),
    ],
    ["an absolute path", /leads out/, () => archiveOf([...filesOf(), { name: "/etc/passwd", content: "x" }])],
    ["a directory of its own", /leads out/, () => archiveOf([{ name: "db/trivy.db", content: "x" }])],
    [
      "a link in the place of the database",
      /neither a file/,
      () => archiveOf([{ name: "trivy.db", type: "symlink", linkname: "/etc/passwd" }]),
    ],
    ["the database twice", /twice/, () => archiveOf([...filesOf(), { name: "trivy.db", content: "x" }])],
    ["no metadata", /lacks metadata.json/, () => archiveOf(filesOf().slice(0, 1))],
    ["an archive that was cut off", /end/, async () => (await archiveOf(filesOf())).subarray(0, 200_000)],
    [
      "an archive of an archive that was cut off",
      /middle of a file/,
      async () => gzipSync(gunzipSync(await archiveOf(filesOf())).subarray(0, 100_000)),
    ],
    ["no archive at all", /header/, async () => Buffer.from("<html>sign in</html>")],
    ["random bytes", /checksum/, async () => gzipSync(randomBytes(4096))],
  ]
  test.each(archives)("%s: an error, and no file of it is used", async (_, why, content) => {
    first.put(name, "2", await content())
    const { error, exitCode } = await run("fetch", {
      kind: "trivy",
      places: places(first),
      layer: (await resolve()).layer,
    })
    expect([exitCode, error?.code]).toEqual([11, "OUTPUT_UNREADABLE"])
    expect(error?.detail.why).toMatch(why)
  })
})
