/**
 * The images of the example application: what is in them, whom they run as, what they answer, and that equal sources
 * give equal digests. The builders are called directly, so that a test can look into what they made.
 */
import { readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Container, connection, type Directory, dag, ReturnType, type Service } from "@dagger.io/dagger"
import { describe, expect, it, vi } from "vitest"
import { type BuiltImage, buildAll, type PlatformImage } from "../../src/build/index.ts"
import { parseConfig } from "../../src/config/index.ts"
import { parseToolbox } from "../../src/toolbox/index.ts"
import { paths } from "../../toolchain/paths.ts"
import { libraryRoot } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000 })

const config = parseConfig(readFileSync(join(libraryRoot, "signalbox.yaml"), "utf8"), "signalbox.yaml")
const toolbox = parseToolbox(readFileSync(paths.toolbox, "utf8"), "toolbox.yaml")
const application = "examples/intelligent-agent"

/** A session in which the builders find this library's own files and a disk of their own, as they do inside the module. */
async function inEngine(use: (source: Directory) => Promise<void>): Promise<void> {
  const disk = await mkdtemp(join(tmpdir(), "signalbox-"))
  const inModule = async () => {
    const library = dag.host().directory(libraryRoot, { include: ["src"] })
    const workdir = (path: string) => dag.host().directory(path)
    Object.assign(dag, { currentModule: () => ({ source: () => library, workdir }) })
    const exclude = ["**/node_modules", "**/dist", "**/coverage"]
    await use(dag.host().directory(libraryRoot, { include: [application], exclude }))
  }
  await connection(inModule, { Workdir: disk }).finally(() => rm(disk, { recursive: true, force: true }))
}

const build = (source: Directory) => buildAll({ config, source, toolbox, trust: "branch" })

/** The image of a component: each has one. */
function imageOf(images: readonly BuiltImage[], name: string): PlatformImage {
  const found = images.find(({ component }) => component === name)
  if (found === undefined) throw new Error(`${name} was not built`)
  return found.platforms[0]
}

/** The engine asks its health check before it lets anybody else in. */
function frontendOf(images: readonly BuiltImage[]): Service {
  const backend = imageOf(images, "backend").container.asService({ useEntrypoint: true })
  return imageOf(images, "frontend")
    .container.withServiceBinding("backend", backend)
    .asService({ useEntrypoint: true })
}

const digests = (images: readonly BuiltImage[]) => images.map(({ digest }) => digest)

/** Runs a script of Node beside some services, and reads the JSON that it prints. */
async function ask(client: Container, script: string, args: readonly string[] = []): Promise<unknown> {
  return JSON.parse(await client.withExec(["node", "-e", script, ...args]).stdout())
}

const node = () => dag.container().from(`${toolbox.tools.node.image}@${toolbox.tools.node.digest}`)

/** What a node pulls, and how often who runs the image asks whether it is well. */
describe.each([
  ["frontend", 25_000_000],
  ["backend", 150_000_000],
])("the image of %s", (name, most) => {
  it("is within its size, and asked for its health every 30 seconds, three times", () =>
    inEngine(async (source) => {
      const { container, facts } = imageOf(await build(source), name)
      expect(facts.bytes).toBeLessThanOrEqual(most)
      const health = container.dockerHealthcheck()
      expect([await health.interval(), await health.retries()]).toEqual(["30s", 3])
    }))
})

describe("the backend's image", () => {
  it("has production packages and compiled JavaScript only", () =>
    inEngine(async (source) => {
      const files = imageOf(await build(source), "backend").container.directory("/app")
      expect(await files.glob("**/*.ts")).toEqual([])
      expect(await files.glob("dist/**/*.js")).toContain("dist/server.js")
      const manifest = JSON.parse(await files.file("package.json").contents())
      const installed = (await files.directory("node_modules").entries()).map((name) =>
        name.replace(/\/$/, ""),
      )
      expect(installed).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)))
      const development = Object.keys(manifest.devDependencies).filter((name) => !name.startsWith("@"))
      expect(installed.filter((name) => development.includes(name))).toEqual([])
    }))

  it("runs as 1001, which can write nothing of it, and answers its health check", () =>
    inEngine(async (source) => {
      const { container, facts } = imageOf(await build(source), "backend")
      expect(facts).toMatchObject({ user: "1001:1001", exposedPorts: ["5000/tcp"], healthcheck: true })
      const script =
        "const fs=require('fs');const may=p=>{try{fs.accessSync(p,fs.constants.W_OK);return true}catch{return false}};" +
        "console.log(JSON.stringify({uid:process.getuid(),app:may('/app'),entry:may('/app/dist/server.js'),root:may('/')}))"
      expect(await ask(container, script)).toEqual({ uid: 1001, app: false, entry: false, root: false })
      const client = node().withServiceBinding("backend", container.asService({ useEntrypoint: true }))
      const health =
        "fetch('http://backend:5000/health').then(async r=>console.log(JSON.stringify({status:r.status})))"
      expect(await ask(client, health)).toEqual({ status: 200 })
    }))
})

describe("the frontend's image", () => {
  it("has the built files and their configuration, and nothing of Node", () =>
    inEngine(async (source) => {
      const { container, facts } = imageOf(await build(source), "frontend")
      expect(facts).toMatchObject({ user: "1001:1001", exposedPorts: ["8080/tcp"] })
      expect(await container.directory("/usr/share/nginx/html").entries()).toContain("index.html")
      for (const path of ["/app", "/usr/local/bin/node", "/usr/share/nginx/html/node_modules"])
        expect(await container.exists(path)).toBe(false)
    }))

  it("has a health check, and who asks it", () =>
    inEngine(async (source) => {
      const images = await build(source)
      const { container, facts } = imageOf(images, "frontend")
      expect(facts).toMatchObject({ healthcheck: true })
      const ask = (path: string) =>
        container
          .withServiceBinding("frontend", frontendOf(images))
          .withExec(["/usr/bin/wget", "-q", "-O", "/dev/null", `http://frontend:8080${path}`], {
            expect: ReturnType.Any,
          })
          .exitCode()
      expect([await ask("/health"), await ask("/.env")]).toEqual([0, 1])
      expect(await container.exists("/usr/bin/busybox")).toBe(false)
    }))

  it("serves pages with security headers, compressed, with routes of the page and without hidden files", () =>
    inEngine(async (source) => {
      const frontend = frontendOf(await build(source))
      const script =
        "const get=async p=>{const r=await fetch('http://frontend:8080'+p);return{status:r.status,headers:Object.fromEntries(r.headers)," +
        "type:r.headers.get('content-type')}};(async()=>{const o={};for(const p of ['/','/some/route','/.env','/health','/api/health'])" +
        "o[p]=await get(p);console.log(JSON.stringify(o))})()"
      const answers = (await ask(node().withServiceBinding("frontend", frontend), script)) as Record<
        string,
        { status: number; headers: Record<string, string>; type: string }
      >
      const statuses = Object.fromEntries(Object.entries(answers).map(([path, { status }]) => [path, status]))
      expect(statuses).toEqual({
        "/": 200,
        "/some/route": 200,
        "/.env": 404,
        "/health": 200,
        "/api/health": 200,
      })
      expect(answers["/some/route"]?.type).toContain("text/html")
      expect(answers["/"]?.headers).toMatchObject({
        "content-encoding": "gzip",
        "x-frame-options": expect.any(String),
        "content-security-policy": expect.any(String),
        "strict-transport-security": expect.stringContaining("max-age=31536000"),
        "x-xss-protection": expect.any(String),
      })
    }))

  it("lets a file with a hash in its name be kept for a year, and a page be asked for again", () =>
    inEngine(async (source) => {
      const images = await build(source)
      const served = imageOf(images, "frontend").container.directory("/usr/share/nginx/html")
      const [asset = "none"] = await served.glob("assets/*.js")
      const script =
        "(async()=>{const o=[];for(const p of process.argv.slice(1)){const r=await fetch('http://frontend:8080'+p);" +
        "o.push([r.status,r.headers.get('cache-control'),r.headers.get('x-frame-options')])}console.log(JSON.stringify(o))})()"
      const client = node().withServiceBinding("frontend", frontendOf(images))
      expect(await ask(client, script, [`/${asset}`, "/"])).toEqual([
        [200, "public, max-age=31536000, immutable", "DENY"],
        [200, "no-cache", "DENY"],
      ])
    }))
})

describe("digests", () => {
  it("are equal when nothing comes from the cache", () =>
    inEngine(async (source) => {
      const cached = digests(await build(source))
      const restore = withNonce(String(Date.now()))
      try {
        expect(digests(await build(source))).toEqual(cached)
      } finally {
        restore()
      }
    }))

  it("do not depend on a README, a test, or the permissions of a checkout; they do on the code", () =>
    inEngine(async (source) => {
      const before = digests(await build(source))
      const backend = `${application}/backend`
      const touched = source
        .withNewFile(`${backend}/README.md`, "another text")
        .withNewFile(`${backend}/test/more.test.ts`, "export {}")
        .withFile(`${backend}/package.json`, source.file(`${backend}/package.json`), { permissions: 0o666 })
      expect(digests(await build(touched))).toEqual(before)
      const entry = `${backend}/src/config.ts`
      const changed = source.withNewFile(
        entry,
        `${await source.file(entry).contents()}\nexport const more = 1\n`,
      )
      expect(digests(await build(changed))).not.toEqual(before)
    }))
})

/** Makes every exec one that the engine has never seen. Gives back how to undo it. */
function withNonce(nonce: string): () => void {
  interface Selecting {
    select(operation: string, args: unknown): Selecting
  }
  const prototype = Object.getPrototypeOf(
    (dag.container() as unknown as { _ctx: Selecting })._ctx,
  ) as Selecting
  const select = prototype.select
  prototype.select = function (this: Selecting, operation, args) {
    if (operation !== "withExec") return select.call(this, operation, args)
    const fresh = select.call(this, "withEnvVariable", { name: "NONCE", value: nonce })
    return select.call(fresh, operation, args)
  }
  return () => {
    prototype.select = select
  }
}
