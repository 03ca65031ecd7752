/**
 * One workspace, locked by npm, pnpm, yarn 1 and yarn: a service that needs another member is built, has the production packages of the two
 * alone, answers as it runs in a cluster (read-only, no root), and a lock file that is out of step is refused.
 */
import { execFile } from "node:child_process"
import { cp, rm } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { type Project, project, told } from "./support/project.ts"
import { commitAll, libraryRoot } from "./support/repository.ts"

// All packages are installed here for the first time.
vi.setConfig({ testTimeout: 1_500_000, hookTimeout: 600_000 })

const run = promisify(execFile)
const managers = ["npm", "pnpm", "yarn-classic", "yarn"] as const
const image = ["build", "container", "--component", "api"]

/** The lock file of yarn 1 with the addresses of the registry that is configured here. */
async function locked(depot: Project): Promise<string> {
  const { stdout } = await run("npm", ["config", "get", "registry"])
  const text = await depot.files.read("yarn.lock")
  return text.replaceAll("REGISTRY/", `${stdout.trim().replace(/\/$/, "")}/`)
}

describe.each(managers)("a workspace locked by %s", (manager) => {
  let depot: Project

  beforeAll(async () => {
    depot = await project("depot-staging", "depot")
    const locks = join(libraryRoot, "test/engine/fixtures/depot-locks", manager)
    await cp(locks, depot.files.path, { recursive: true })
    if (manager === "yarn-classic") await depot.write({ "yarn.lock": await locked(depot) })
    await commitAll(depot.files.path)
  })
  afterAll(() => depot[Symbol.asyncDispose]())

  const call = (...args: string[]) => depot.call(args, { timeout: 1400 })

  it("is a small image with the files of both members, and no package that is not for production", async () => {
    const sizes = await call("build", "sizes-json")
    expect(finalError(sizes)).toBe("")
    expect(JSON.parse(sizes.stdout).images[0].bytes).toBeLessThan(150_000_000)
    const files = await call(...image, "directory", "--path", "/app", "glob", "--pattern", "**")
    expect(finalError(files)).toBe("")
    const paths = files.stdout.split("\n")
    expect(paths).toEqual(
      expect.arrayContaining([
        ...["packages/api/dist/server.js", "packages/api/package.json"],
        ...["packages/parts/dist/index.js", "packages/parts/package.json"],
      ]),
    )
    expect(files.stdout).toMatch(/(?:^|\/)mime\/package\.json$/m)
    expect(files.stdout).toMatch(/(?:^|\/)yocto-queue\/package\.json$/m)
    expect(files.stdout).not.toMatch(/(?:^|\/)(?:typescript|kleur|ms)\/package\.json$/m)
    expect(paths.filter((path) => /\.ts$|^packages\/other/.test(path))).toEqual([])
  })

  it("finds its packages where it runs: the entry's imports lead to files", async () => {
    const program =
      "import('/app/packages/api/dist/answer.js').then(m => console.log(m.answer(['nut']).body))"
    const ran = await call(
      ...[...image, "with-exec", "--use-entrypoint=false"],
      ...["--args", `node,--input-type=module,-e,${program}`, "stdout"],
    )
    expect(finalError(ran)).toBe("")
    expect(ran.stdout).toContain('["nut"]')
  })

  it("is judged by its checks, with the tools that the workspace's root has", async () => {
    const report = await call("gates", "--only", "typecheck,unit", "json")
    expect(finalError(report)).toBe("")
    expect(JSON.parse(report.stdout).gates).toMatchObject([
      { gate: "typecheck", verdict: "pass", tools: [{ name: "tsc", version: "5.9.3" }] },
      {
        ...{ gate: "unit", verdict: "pass" },
        summary: "api: 1 passed, not looked at: packages/parts",
        findings: [
          { rule: "not-looked-at", severity: "info", location: { file: "packages/parts/package.json" } },
        ],
      },
    ])
  })

  it("is refused where the lock file does not match a member's manifest", async () => {
    const file = "packages/api/package.json"
    const manifest = await depot.files.read(file)
    await depot.write({
      [file]: manifest.replace('"mime": "^4.0.0"', '"mime": "^4.0.0", "left-pad": "1.3.0"'),
    })
    const outcome = await call("build", "sizes")
    expect(outcome.code).not.toBe(0)
    expect(finalError(outcome)).toContain("left-pad")
    await depot.write({ [file]: manifest })
  })

  it("is refused where its manifest names another manager, or a version that cannot be had", async () => {
    const manifest = JSON.parse(await depot.files.read("package.json"))
    const withField = (packageManager: string) =>
      depot.write({ "package.json": JSON.stringify({ ...manifest, packageManager }) })
    await withField(manager === "npm" ? "pnpm@10.34.9" : "npm@11.21.2")
    const other = await call("build", "sizes")
    expect(other.code).toBe(13)
    expect(told(finalError(other)).where).toMatch(/package\.json: packageManager$/)
    const name = manager === "yarn-classic" ? "yarn" : manager
    await withField(
      manager === "yarn-classic" ? "yarn@1.99.0" : `${name}@${manager === "yarn" ? "4" : "10"}.999.0`,
    )
    const gone = await call("build", "sizes")
    expect(gone.code).toBe(13)
    expect(finalError(gone)).toContain("cannot be had")
    await depot.write({ "package.json": JSON.stringify(manifest) })
  })

  it("is its one deployable member, where no signalbox.yaml says so", async () => {
    for (const path of ["signalbox.yaml", "environments"])
      await rm(join(depot.files.path, path), { recursive: true })
    await commitAll(depot.files.path)
    const assumed = await call("build", "assumed")
    expect(finalError(assumed)).toBe("")
    expect(assumed.stdout).toContain("packages/api/package.json: scripts.start")
    expect(assumed.stdout).not.toMatch(/packages\/(?:parts|other)/)
  })
})
