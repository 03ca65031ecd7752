/**
 * What runs again after something was touched. Runs are counted, not keys: the moment at which a tool has written its
 * report stays with the file, and the fixture's own scripts write down when they ran.
 */
import { cp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll, git } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

/** What runs for `web`, and one thing that runs for the other component. */
const reports = {
  typecheck: "typecheck/web/run.json",
  lint: "lint/web/run.json",
  "unit tests": "unit/web/run.json",
  "secrets in the tree": "secrets/tree.json",
  "secrets in the history": "secrets/history.json",
  "scan of the lock file": "vulnerabilities/web/lock-file.json",
  "scan of the image": "vulnerabilities/web/image.json",
  "chart checks": "charts/staging/lint/run.json",
  "the other's typecheck": "typecheck/api/run.json",
}
const installation = "development packages"
type Run = keyof typeof reports | typeof installation | "build"

let shop: Project
let before: Readonly<Record<Run, string>>

beforeAll(async () => {
  shop = await project()
  const web = join(shop.files.path, "web")
  const manifest = JSON.parse(await readFile(join(web, "package.json"), "utf8"))
  const now = "String(process.hrtime.bigint())"
  const write = (directory: string, file: string) =>
    `node -e "fs.mkdirSync('${directory}',{recursive:true});fs.writeFileSync('${directory}/${file}',${now})"`
  // npm writes this file at the end of an installation; the project's own scripts run among the sources, with each of them.
  const installedAt = "String(fs.statSync('node_modules/.package-lock.json',{bigint:true}).mtimeNs)"
  const scripts = {
    ...manifest.scripts,
    build: `${manifest.scripts.build} && ${write("dist", "built-at")}`,
    lint: `node -p "${installedAt}" && eslint .`,
  }
  await writeFile(join(web, "package.json"), JSON.stringify({ ...manifest, scripts }))
  await cp(web, join(shop.files.path, "api"), { recursive: true })
  const config = await shop.files.read("signalbox.yaml")
  await shop.write({
    "signalbox.yaml": config.replace(
      "components:\n",
      "components:\n  api: { path: api, language: node, kind: service, entry: dist/server.js, port: 8081 }\n",
    ),
    "web/README.md": "A shop.\n",
    // This test writes there.
    ".gitignore": "/out/\n",
  })
  await commitAll(shop.files.path)
  before = await moments()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** When everything has run that its reports and the image are made of; runs what has to. */
async function moments(): Promise<Record<Run, string>> {
  const out = join(shop.files.path, "out")
  await rm(out, { recursive: true, force: true })
  const image = ["build", "--component", "web", "container", "directory", "--path", "/app"]
  for (const [to, args] of [
    ["gates", ["gates", "reports"]],
    ["app", image],
  ] as const)
    expect(finalError(await shop.call([...args, "export", "--path", `out/${to}`], { timeout: 500 }))).toBe("")
  const written = await Promise.all(
    Object.entries(reports).map(async ([run, file]) => {
      const { mtimeNs } = await stat(join(out, "gates", file), { bigint: true })
      return [run, String(mtimeNs)]
    }),
  )
  const text = (file: string) => readFile(join(out, file), "utf8")
  return {
    ...(Object.fromEntries(written) as Record<keyof typeof reports, string>),
    "development packages": await text("gates/lint/web/stdout.txt"),
    build: await text("app/dist/built-at"),
  }
}

const append = (file: string, text: string) => async () =>
  shop.write({ [file]: (await shop.files.read(file)) + text })

const checks: readonly Run[] = ["typecheck", "lint", "unit tests", "secrets in the tree"]

it.each<[touched: string, touch: () => Promise<unknown>, runs: readonly Run[]]>([
  ["nothing", async () => undefined, []],
  ["a README", append("web/README.md", "More.\n"), checks],
  ["a test", append("web/test/answer.test.ts", "// more\n"), checks],
  ["a source", append("web/src/basket.ts", "// more\n"), [...checks, "build", "scan of the image"]],
  [
    "the lock file",
    append("web/package-lock.json", "\n"),
    [...checks, installation, "build", "scan of the lock file", "scan of the image"],
  ],
  [
    "another component",
    append("api/src/basket.ts", "// more\n"),
    ["secrets in the tree", "the other's typecheck"],
  ],
  ["a file of no component", append("signalbox.yaml", "# more\n"), ["secrets in the tree"]],
  ["git's index", () => git(shop.files.path, "update-index", "--assume-unchanged", "web/README.md"), []],
  [
    "the history",
    () => git(shop.files.path, "commit", "--quiet", "--allow-empty", "--message", "more"),
    ["secrets in the history"],
  ],
])("%s touched: what runs again is what looks at it, and nothing else", async (_, touch, runs) => {
  await touch()
  const after = await moments()
  const again = (Object.keys(after) as Run[]).filter((run) => after[run] !== before[run])
  before = after
  expect(again.sort()).toEqual([...runs].sort())
})
