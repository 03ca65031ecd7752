/**
 * What a build sees of a component: exactly the files that belong to it, as they are, and never an old one. Small trees and
 * large ones take different ways (src/toolbox/inputs.ts).
 */
import { execFile } from "node:child_process"
import { chmod, mkdir, rm, symlink } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { buildExcludes } from "../../src/languages/node/inputs.ts"
import { namedBy } from "../../src/toolbox/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let shop: Project
let web: string

/** Stands for a build: writes down what it sees. */
const list = `import { createHash } from "node:crypto"
import fs from "node:fs"
import { dirname } from "node:path"
const walk = (below) => fs.readdirSync(below || ".", { withFileTypes: true }).flatMap((entry) => {
  const path = below + entry.name
  if (["node_modules", "dist"].includes(path)) return []
  if (entry.isDirectory()) return walk(path + "/")
  if (entry.isSymbolicLink()) return [[path, "link", fs.readlinkSync(path)]]
  const content = createHash("sha256").update(fs.readFileSync(path)).digest("hex")
  return [[path, (fs.statSync(path).mode & 0o777).toString(8), content]]
})
fs.mkdirSync(dirname(process.argv[2]), { recursive: true })
fs.writeFileSync(process.argv[2], JSON.stringify(walk("").sort(([a], [b]) => a < b ? -1 : 1)))
`

beforeAll(async () => {
  shop = await project()
  web = join(shop.files.path, "web")
  const manifest = JSON.parse(await shop.files.read("web/package.json"))
  await shop.write({
    "web/package.json": JSON.stringify({
      ...manifest,
      scripts: { ...manifest.scripts, build: "node list.mjs dist/seen.json" },
    }),
    "web/list.mjs": list,
    "web/README.md": "A shop.\n",
    "web/run me.sh": "#!/bin/sh\n",
    "web/src/[slug]/page.ts": "export const page = 1\n",
    "web/src/[slug]/page.test.ts": "export {}\n",
    "web/src/s/page.ts": "export const s = 1\n",
    "web/src/s/page.test.ts": "export {}\n",
    "web/src/ä/ö.ts": "",
  })
  await mkdir(join(web, "empty"))
  await chmod(join(web, "run me.sh"), 0o755)
  await symlink("tsconfig.json", join(web, "linked.json"))
  await symlink("src", join(web, "linked"))
  await symlink("nowhere", join(web, "src", "[slug]", "dangling"))
})
afterAll(() => shop[Symbol.asyncDispose]())

type Seen = readonly (readonly [path: string, mode: string, content: string])[]

async function seenByTheBuild(): Promise<Seen> {
  const args = [
    "build",
    "--component",
    "web",
    "container",
    "file",
    "--path",
    "/app/dist/seen.json",
    "contents",
  ]
  const outcome = await shop.call(args)
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout)
}

/** The same list of the tree on the disk, without what belongs to no build. */
async function belongsToTheBuild(): Promise<Seen> {
  const isLeftOut = namedBy(buildExcludes("dist"))
  const above = (path: string) => path.split("/").map((_, at, all) => all.slice(0, at + 1).join("/"))
  await promisify(execFile)(process.execPath, ["list.mjs", "../out/here.json"], { cwd: web })
  const all: Seen = JSON.parse(await shop.files.read("out/here.json"))
  return all.filter(([path]) => !above(path).some(isLeftOut))
}

describe.each([
  ["a small tree", 0],
  ["a tree of some hundred files", 400],
])("of %s", (_, files) => {
  beforeAll(async () => {
    for (let index = 0; index < files; index++)
      await shop.write({ [`web/src/generated/${index % 4}/${index}.txt`]: `${index}\n` })
  })

  it("a build sees every file that belongs to it, with its permissions and links, and no other", async () => {
    const seen = await seenByTheBuild()
    expect(seen).toEqual(await belongsToTheBuild())
    expect(seen.length).toBeGreaterThan(files)
  })

  it.each<[string, () => Promise<void>]>([
    ["a file", () => shop.write({ "web/src/s/page.ts": `export const s = ${files + 2}\n` })],
    ["a file in a whole directory", () => shop.write({ "web/src/generated/0/0.txt": `new ${files}\n` })],
    ["permissions", () => chmod(join(web, "list.mjs"), files === 0 ? 0o755 : 0o644)],
    [
      "a link",
      async () => {
        await rm(join(web, "linked.json"))
        await symlink(files === 0 ? "package.json" : "tsconfig.build.json", join(web, "linked.json"))
      },
    ],
    ["a file that is gone", () => rm(join(web, files === 0 ? "src/ä/ö.ts" : "src/generated/1/1.txt"))],
  ])("a build is never one of before: %s has changed", async (_name, change) => {
    await change()
    expect(await seenByTheBuild()).toEqual(await belongsToTheBuild())
  })
})
