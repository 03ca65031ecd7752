/** What the files of a component in Rust tell. */
import { describe, expect, test } from "vitest"
import { checksOf, type RustFiles } from "../../../src/languages/rust/checks.ts"
import { detect } from "../../../src/languages/rust/detect.ts"
import { readLock } from "../../../src/languages/rust/lock.ts"
import { lockProblem } from "../../../src/languages/rust/lock-step.ts"
import { readManifest } from "../../../src/languages/rust/manifest.ts"
import { binOf, binsOf } from "../../../src/languages/rust/project.ts"
import { cargoReason } from "../../../src/languages/rust/reason.ts"
import { component as schema } from "../../../src/languages/rust/schema.ts"
import { stubPaths } from "../../../src/languages/rust/stubs.ts"
import { assertRust, channelIn, isNewer } from "../../../src/languages/rust/version.ts"
import { recorded } from "../gates/recorded.ts"

const manifest = (text: string, file = "Cargo.toml") => readManifest(text, file, `service/${file}`)
const shop = '[package]\nname = "shop"\nversion = "0.1.0"\nrust-version = "1.80"\n'
const component = schema.parse({ path: "service", language: "rust" })
const about = { name: "shop", component }

describe("the program that is built", () => {
  const project = (paths: readonly string[], ...manifests: ReturnType<typeof manifest>[]) => ({
    ...{ paths, manifests },
    lock: { external: [], own: [] },
  })

  test("is the only one, the one that is named, or the package's default", () => {
    expect(binOf(about, project(["src/main.rs"], manifest(shop)))).toEqual({ name: "shop", package: "shop" })
    const two = project(["src/bin/a.rs", "src/bin/b/main.rs"], manifest(shop))
    expect(binsOf(two).map(({ name }) => name)).toEqual(["a", "b"])
    expect(binOf({ ...about, component: { ...component, bin: "b" } }, two).name).toBe("b")
    const byDefault = project(two.paths, manifest(shop.replace("version", 'default-run = "a"\nversion')))
    expect(binOf(about, byDefault).name).toBe("a")
  })

  test("has the name that the manifest gives it, and no other", () => {
    const named = manifest(`${shop}[[bin]]\nname = "till"\npath = "src/main.rs"\n`)
    expect(binsOf({ paths: ["src/main.rs"], manifests: [named] })).toEqual([
      { name: "till", package: "shop" },
    ])
  })

  test.each([
    [undefined, ["src/bin/a.rs", "src/bin/b.rs"], "it is not known which program of shop is built"],
    ["c", ["src/bin/a.rs"], "shop has no binary target c"],
    [undefined, ["src/lib.rs"], "it is not known which program of shop is built"],
  ])("%s among %j is a mistake that is told", (bin, paths, what) => {
    const of = { ...about, component: { ...component, ...(bin === undefined ? {} : { bin }) } }
    expect(() => binOf(of, project(paths, manifest(shop)))).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", detail: expect.objectContaining({ what }) }),
    )
  })
})

describe("the lock file", () => {
  const lock = readLock(
    '[[package]]\nname = "shop"\nversion = "0.1.0"\n[[package]]\nname = "log"\nversion = "0.4.35"\nsource = "registry+x"\n',
    "service/Cargo.lock",
  )
  const problem = (dependencies: string) =>
    lockProblem(manifest(`${shop}[dependencies]\n${dependencies}\n`), lock)

  test("tells packages of others from those of the source", () => {
    expect(lock).toEqual({ external: [{ name: "log", version: "0.4.35" }], own: ["shop"] })
  })

  test.each([
    ['log = "0.4"', null],
    ['logging = { package = "log", version = "0.4.1" }', null],
    ['log = ">=0.3, <0.5"', null],
    ["log.workspace = true", null],
    ['log = "0.3"', "it has log 0.4.35, and 0.3 is required"],
    ['log = "=0.4.34"', "it has log 0.4.35, and =0.4.34 is required"],
    ['serde = "1"', "it has no serde"],
    ['till = { path = "till" }', "it does not name till, a package of the source"],
  ])("%s: %s", (dependencies, why) => {
    expect(problem(dependencies)?.why ?? null).toBe(why)
  })

  test("one that cannot be read is told by its line", () => {
    expect(() => readLock("[[package]\n", "service/Cargo.lock")).toThrow(
      expect.objectContaining({
        detail: expect.objectContaining({ where: expect.stringMatching(/^service\/Cargo\.lock:1:/) }),
      }),
    )
  })
})

describe("versions of Rust", () => {
  test("one that the toolbox lacks is refused, an older one is not", () => {
    expect([isNewer("1.97", "1.96.0"), isNewer("1.96", "1.96.0"), isNewer("1.9.9", "1.96.0")]).toEqual([
      true,
      false,
      false,
    ])
    const asked = (version: string) => () =>
      assertRust({ name: "shop", version, where: "service/rust-toolchain.toml: channel", has: "1.96.0" })
    expect(asked("1.80")).not.toThrow()
    expect(asked("stable")).not.toThrow()
    expect(asked("1.97.1")).toThrow(/shop needs Rust 1.97.1, and the toolbox has 1.96.0/)
    expect(asked("nightly-2026-01-01")).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        detail: expect.objectContaining({ where: "service/rust-toolchain.toml: channel" }),
      }),
    )
  })

  test("both forms of the file are read", () => {
    expect(channelIn("1.80.0\n", "f")).toBe("1.80.0")
    expect(channelIn('# pinned\n[toolchain]\nchannel = "1.80"\n', "f")).toBe("1.80")
    expect(channelIn('[toolchain]\ncomponents = ["clippy"]\n', "f")).toBeUndefined()
  })
})

test("stand-ins are what Cargo looks for, in every package, and what a manifest names", () => {
  const manifests = [
    manifest('[workspace]\nmembers = ["api"]\n'),
    manifest(`${shop}build = "make.rs"\n[[test]]\nname = "slow"\n`, "api/Cargo.toml"),
  ]
  const paths = [
    "api/src/main.rs",
    "api/src/routes.rs",
    "api/make.rs",
    "api/tests/slow.rs",
    "api/tests/quick.rs",
  ]
  expect(stubPaths({ manifests, paths })).toEqual(["api/make.rs", "api/src/main.rs", "api/tests/slow.rs"])
})

describe("checks", () => {
  const files: RustFiles = {
    ...{ features: [], rust: "1.96.0", clippySettings: undefined },
    has: { clippy: true, rustfmt: true, coverage: false },
  }

  test("Clippy with rustfmt, and the tests; what cannot be measured is said", () => {
    const { lint, unit, coverage } = checksOf(files)
    expect(lint).toMatchObject({ tool: { name: "clippy" }, more: [{ tool: { name: "rustfmt" } }] })
    expect(unit).toMatchObject({ judged: [0, 101], report: { format: "cargo-test" } })
    expect(coverage).toEqual({ undetermined: "the toolbox's Rust has no cargo-llvm-cov" })
  })

  test("without Clippy the compiler's own lints judge, under their name, unless a file asks for Clippy", () => {
    const has = { ...files.has, clippy: false }
    expect(checksOf({ ...files, has }).lint).toMatchObject({ tool: { name: "rustc lints" } })
    expect(checksOf({ ...files, has, clippySettings: "clippy.toml" }).lint).toEqual({
      undetermined: "clippy.toml configures Clippy, which the toolbox's Rust does not have",
    })
    expect(checksOf({ ...files, has: { ...has, rustfmt: false } }).lint).toEqual({
      undetermined: "the toolbox's Rust has no rustfmt",
    })
  })
})

test("why a build failed is said by its places, not by what follows from them", () => {
  const lines = recorded("cargo/build-error.stderr.txt").trim().split("\n")
  expect(cargoReason(lines)).toEqual(lines.filter((line) => line.startsWith("src/main.rs:")))
  expect(cargoReason(["Finished"])).toBeNull()
})

describe("detection", () => {
  const tree = (files: Readonly<Record<string, string>>) => ({
    paths: Object.keys(files),
    read: async (path: string) => files[path] ?? "",
  })

  test("a package with a program, its port and its health path are told with their places", async () => {
    const main = 'const ADDRESS: &str = "0.0.0.0:9090"; fn a() { Router::new().route("/healthz", get(ok)) }'
    expect(
      await detect(tree({ "svc/Cargo.toml": shop, "svc/Cargo.lock": "", "svc/src/main.rs": main })),
    ).toEqual([
      {
        path: "svc",
        because: "svc/Cargo.toml has the program shop",
        settings: [
          { setting: "port", value: 9090, because: "svc/src/main.rs: 9090" },
          { setting: "health", value: "/healthz", because: "svc/src/main.rs: /healthz" },
        ],
      },
    ])
  })

  test("a library is none, and a workspace is one component", async () => {
    expect(await detect(tree({ "Cargo.toml": shop, "src/lib.rs": "" }))).toEqual([])
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["api", "lib"]\n',
      "api/Cargo.toml": shop,
      "api/src/main.rs": "",
      "lib/Cargo.toml": shop.replace("shop", "lib"),
      "lib/src/lib.rs": "",
      "Cargo.lock": "",
    }
    expect((await detect(tree(files))).map(({ path }) => path)).toEqual(["."])
  })
  test("a program without a lock file, such as those that fuzz another one, is told and is none", async () => {
    const files = { "fuzz/Cargo.toml": shop, "fuzz/src/main.rs": "" }
    expect(await detect(tree(files))).toMatchObject([
      {
        path: "fuzz",
        settings: [],
        notBuilt: "there is no fuzz/Cargo.lock: a program is made of exactly what it names",
      },
    ])
  })

  test("of several programs, none is guessed", async () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["api", "mails"]\n',
      ...{ "api/Cargo.toml": shop.replace("shop", "api"), "api/src/main.rs": "" },
      ...{ "mails/Cargo.toml": shop.replace("shop", "mails"), "mails/src/main.rs": "", "Cargo.lock": "" },
    }
    expect(await detect(tree(files))).toMatchObject([
      { settings: [], notBuilt: "no file says which of its programs is the service: api, mails" },
    ])
  })

  const told = async (text: string) => {
    const [found] = await detect(tree({ "Cargo.toml": shop, "Cargo.lock": "", "src/main.rs": text }))
    return Object.fromEntries((found?.settings ?? []).map(({ setting, value }) => [setting, value]))
  }

  test.each([
    ['#[arg(long, short = \'p\', default_value = "8081", env = "X")]\n/// Port.\npub port: u16,', 8081],
    ['#[clap(long = "port", default_value_t = 8081)]\npub(crate) http_port: u16,', 8081],
    ['let port: u16 = env::var("PORT").ok().and_then(|v| v.parse().ok()).unwrap_or(8081);', 8081],
    ['let port = std::env::var("PORT").unwrap_or_else(|_| "8081".to_string());', 8081],
    ['HttpServer::new(app).bind(("0.0.0.0", 8081))', 8081],
    ['"0.0.0.0:8081"\n#[cfg(test)]\nmod tests { "0.0.0.0:9999" }', 8081],
    ['#[arg(long, default_value = "9000")]\nmetrics_port: u16,', undefined],
    ['"0.0.0.0:8081" "0.0.0.0:8082"', undefined],
  ])("the port by %s", async (text, port) => {
    expect((await told(text)).port).toBe(port)
  })

  test.each([
    ['#[get("/health")]\nasync fn health() {}', "/health"],
    ['match (req.method(), req.uri().path()) { (&Method::GET, "/healthz") => ok() }', "/healthz"],
    ['if settings.health && req.uri().path() == "/health" {}', undefined],
    ['Router::new().nest("/api", Router::new().route("/health", get(ok)))', undefined],
    ['#[cfg(test)]\nmod tests { client.get("/health") }', undefined],
  ])("the health path by %s", async (text, health) => {
    expect((await told(text)).health).toBe(health)
  })
})
