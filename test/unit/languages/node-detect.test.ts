/** What package.json and the sources beside it tell of a component. Layouts as public repositories have them. */
import { describe, expect, test } from "vitest"
import { detect } from "../../../src/languages/node/detect.ts"
import { codeFilesOf, healthIn, portIn } from "../../../src/languages/node/detect-sources.ts"
import { startedFile } from "../../../src/languages/node/started.ts"
import { treeOf } from "./trees.ts"

type Files = Readonly<Record<string, string | object>>

const settings = async (files: Files) => {
  const [one] = await detect(treeOf({ "package-lock.json": "{}", ...files }))
  return one === undefined
    ? undefined
    : {
        ...Object.fromEntries(one.settings.map(({ setting, value }) => [setting, value])),
        notBuilt: one.notBuilt,
      }
}

describe("a service", () => {
  test("with a build: NestJS as its starter has it", async () => {
    const files = {
      "package.json": {
        scripts: { build: "nest build", start: "nest start", "start:prod": "node dist/main" },
        dependencies: { "@nestjs/core": "11.0.1", "@nestjs/platform-express": "11.0.1" },
      },
      "src/main.ts": "await app.listen(process.env.PORT ?? 3000)",
    }
    expect(await settings(files)).toEqual({
      kind: "service",
      entry: "dist/main.js",
      port: 3000,
      notBuilt: undefined,
    })
  })

  test("in plain JavaScript, started by a script through another one, with its health route", async () => {
    const files = {
      "package.json": {
        scripts: { start: "npm run serve", serve: "NODE_ENV=production node -r dotenv/config src/server" },
        dependencies: { express: "5.1.0" },
      },
      "src/server.js": 'app.get("/healthz", ok)\napp.listen(process.env.PORT || 5000)',
    }
    expect(await settings(files)).toEqual({
      ...{ kind: "service", entry: "src/server.js", port: 5000, health: "/healthz", notBuilt: undefined },
    })
  })

  test("without any framework, by its start script alone", async () => {
    const files = {
      "package.json": { scripts: { start: "node ." }, main: "lib/index.js" },
      "lib/index.js": "",
    }
    expect(await settings(files)).toMatchObject({ kind: "service", entry: "lib/index.js" })
  })

  test("by main, where its script is one for development", async () => {
    const files = {
      "package.json": {
        main: "app.js",
        scripts: { start: "tsx watch app.ts" },
        dependencies: { koa: "3.0.0" },
      },
      "app.js": "",
    }
    expect(await settings(files)).toMatchObject({ kind: "service", entry: "app.js" })
  })

  test("whose build has another name", async () => {
    const files = {
      "package.json": {
        scripts: { compile: "tsc", start: "node build/index.js" },
        dependencies: { fastify: "5.0.0" },
      },
    }
    expect(await settings(files)).toMatchObject({ entry: "build/index.js", "scripts.build": "compile" })
  })

  test.each([
    [
      "without a lock file",
      {},
      "there is no lock file of the source root: package-lock.json, pnpm-lock.yaml or yarn.lock",
    ],
    ["that nothing starts", { "package-lock.json": "" }, "neither a script nor main tells what starts it"],
    [
      "whose program nobody builds",
      { "package-lock.json": "", "package.json": { scripts: { start: "node dist/x.js" } } },
      "scripts.start starts dist/x.js, which is not in the source, and no script builds it",
    ],
  ])("is told and not built: %s", async (_, files: Files, why) => {
    const tree = treeOf({ "package.json": { dependencies: { express: "5.1.0" } }, ...files })
    expect(await detect(tree)).toMatchObject([{ path: ".", notBuilt: why, settings: [] }])
  })
})

describe("a workspace", () => {
  const pnpm = { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" }
  const members = {
    "apps/api/package.json": {
      dependencies: { fastify: "5.0.0", "@own/kit": "workspace:*" },
      scripts: { start: "pnpm run serve", serve: "node dist/server.js", build: "tsc" },
    },
    "apps/web/package.json": { devDependencies: { vite: "8.0.0" }, scripts: { build: "vite build" } },
    "apps/web/index.html": "",
    "packages/kit/package.json": { main: "dist/index.js", scripts: { build: "tsc" } },
  }
  const places = async (files: Files) =>
    (await detect(treeOf(files))).map(({ path, notBuilt }) => [path, notBuilt ?? "is built"])

  test.each([
    [
      "npm",
      {
        "package.json": { workspaces: ["apps/*", "packages/*"] },
        "package-lock.json": '{"lockfileVersion":3}',
      },
    ],
    ["pnpm", { "package.json": {}, "pnpm-workspace.yaml": "packages: [apps/*, packages/*]\n", ...pnpm }],
    [
      "yarn",
      {
        "package.json": { workspaces: { packages: ["apps/**"] } },
        "yarn.lock": "__metadata:\n  version: 8\n",
      },
    ],
    ["yarn 1", { "package.json": { workspaces: ["apps/*"] }, "yarn.lock": "# yarn lockfile v1\n" }],
  ])("locked by %s at its root is its deployable members, and no library", async (_, root: Files) => {
    expect(await places({ ...root, ...members })).toEqual([
      ["apps/api", "is built"],
      ["apps/web", "is built"],
    ])
  })

  test("has settings of each member, started by another script of it", async () => {
    const root = { "package.json": { workspaces: ["apps/*"] }, "package-lock.json": "{}" }
    const [api] = await detect(treeOf({ ...root, ...members }))
    expect(api?.settings).toMatchObject([
      { setting: "kind", value: "service" },
      { setting: "entry", value: "dist/server.js", because: "apps/api/package.json: scripts.start" },
    ])
  })

  test("whose root starts a member's program is that member, and not its root as well", async () => {
    const root = {
      "package.json": { workspaces: ["apps/*"], scripts: { start: "node apps/api/dist/server.js" } },
      "package-lock.json": "{}",
    }
    expect((await places({ ...root, ...members })).map(([path]) => path)).toEqual(["apps/api", "apps/web"])
  })

  test.each([
    [
      "that does not name it",
      { "package.json": { workspaces: ["packages/*"] }, "yarn.lock": "# yarn lockfile v1\n" },
      "apps/api has no lock file of its own, and is no member of the workspace of yarn.lock",
    ],
    [
      "of another package manager",
      { "package.json": { workspaces: ["apps/*"] }, "bun.lock": "{}" },
      "the lock file of apps/api is none of npm, pnpm and yarn: bun.lock",
    ],
    [
      "with lock files of two",
      { "package.json": { workspaces: ["apps/*"] }, "package-lock.json": "{}", ...pnpm },
      ". has lock files of several package managers: package-lock.json, pnpm-lock.yaml",
    ],
    [
      "whose lock file has a form that is not known",
      { "package.json": {}, "pnpm-workspace.yaml": "packages: [apps/*]", "pnpm-lock.yaml": "a: b\n" },
      "pnpm-lock.yaml cannot be read",
    ],
  ])("%s tells why a component is not built", async (_, root: Files, why) => {
    expect(await places({ ...root, ...members })).toContainEqual(["apps/api", why])
  })

  test("decides by the nearest lock file", async () => {
    const root = { "package.json": { workspaces: [] }, "yarn.lock": "# yarn lockfile v1\n" }
    expect(await places({ ...root, ...members, "apps/api/package-lock.json": "{}" })).toContainEqual([
      ...["apps/api", "is built"],
    ])
  })
})

describe("Next.js", () => {
  const next = (config: string, more: Files = {}): Files => ({
    "package.json": {
      scripts: { build: "next build", start: "next start" },
      dependencies: { next: "16.0.0" },
    },
    "next.config.mjs": `export default {${config}}`,
    ...more,
  })

  test("is a service without any setting for it, with the route that is a file as its health path", async () => {
    const files = next("", { "src/app/(public)/api/health/route.ts": "", "src/app/page.tsx": "" })
    expect(await settings(files)).toEqual({
      ...{ kind: "service", entry: ".next/standalone/server.js", port: 8080, health: "/api/health" },
      notBuilt: undefined,
    })
    expect(await settings(next("", { "pages/api/healthz.js": "" }))).toMatchObject({ health: "/api/healthz" })
    expect(await settings(next("", { "app/api/heartbeat/route.ts": "" }))).toMatchObject({
      health: "/api/heartbeat",
    })
    expect(await settings(next('basePath: "/shop"', { "pages/api/health.js": "" }))).not.toHaveProperty(
      "health",
    )
  })

  test("of a workspace has its server where the workspace has the application", async () => {
    const files = Object.entries(next("")).map(([file, text]) => [`apps/shop/${file}`, text])
    const root = { "package.json": { workspaces: ["apps/*"] }, "package-lock.json": "{}" }
    const [one] = await detect(treeOf({ ...root, ...Object.fromEntries(files) }))
    expect(one?.settings).toContainEqual(
      expect.objectContaining({ setting: "entry", value: ".next/standalone/apps/shop/server.js" }),
    )
  })

  test("that exports files is static; one that writes elsewhere is told", async () => {
    expect(await settings(next('output: "export"'))).toMatchObject({ kind: "static", output: "out" })
    expect(await settings(next("output: 'export', distDir: 'site'"))).toMatchObject({ output: "site" })
    expect((await settings(next('distDir: "build"')))?.notBuilt).toContain("distDir of its settings is build")
  })

  test("with a server of its own starts that", async () => {
    const files = next("", {
      "server.js": "",
      "package.json": {
        scripts: { build: "next build", start: "NODE_ENV=production node server.js" },
        dependencies: { next: "16.0.0", express: "5.0.0" },
      },
    })
    expect(await settings(files)).toMatchObject({ kind: "service", entry: "server.js" })
  })
})

describe("static files", () => {
  test.each([
    ["vite", "dist", {}],
    ["vite", "build/web", { "vite.config.ts": 'export default { build: { outDir: "./build/web" } }' }],
    ["react-scripts", "build", {}],
  ])("of %s are in %s", async (name, output, more) => {
    const files = {
      "package.json": { scripts: { build: "x" }, devDependencies: { [name]: "1.0.0" } },
      "index.html": "",
      ...more,
    }
    expect(await settings(files)).toEqual({
      ...{ kind: "static", output, port: 8080, health: "/health", notBuilt: undefined },
    })
  })

  test("are not what a library has Vite for", async () => {
    expect(
      await settings({ "package.json": { scripts: { build: "x" }, devDependencies: { vite: "1.0.0" } } }),
    ).toBeUndefined()
  })
})

test("a package.json that starts and builds nothing is no component", async () => {
  const files = {
    "package.json": { devDependencies: { husky: "9.0.0", express: "5.0.0" }, main: "index.js" },
  }
  expect(await settings(files)).toBeUndefined()
})

test("a package.json that cannot be read is told with its name", async () => {
  await expect(detect(treeOf({ "web/package.json": "{" }))).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    detail: { where: "web/package.json" },
  })
})

describe("the version of Node", () => {
  const service = (engines?: string) => ({
    ...{ "package-lock.json": "", "server.js": "" },
    "package.json": {
      scripts: { start: "node server" },
      ...(engines === undefined ? {} : { engines: { node: engines } }),
    },
  })

  test.each([
    ["package.json: engines.node", service("20.x"), "20.x"],
    [".nvmrc", { ...service(), ".nvmrc": "v18.19.0\n" }, "v18.19.0"],
    [".nvmrc", { ...service(), ".nvmrc": "lts/iron" }, "lts/iron"],
    [".node-version", { ...service(), ".node-version": "22" }, "22"],
  ])("that the toolbox lacks is refused with its place: %s", async (where, files, wanted) => {
    const attempt = detect(treeOf(files))
    await expect(attempt).rejects.toMatchObject({ code: "CONFIG_INVALID", exitCode: 13, detail: { where } })
    await expect(attempt).rejects.toThrow(`the toolbox has no Node ${wanted}`)
  })

  test.each([
    [
      "engines.node, before what developers use",
      { ...service(">=18"), ".nvmrc": "18" },
      "Node >=18 (engines.node)",
    ],
    ["the major version", { ...service(), ".nvmrc": "24.1.0" }, "Node 24.1.0 (.nvmrc)"],
    ["any", { ...service(), ".nvmrc": "lts/*" }, "Node lts/* (.nvmrc)"],
  ])("that it has is told: %s", async (_, files, told) => {
    expect((await detect(treeOf(files)))[0]?.because).toContain(told)
  })
})

describe("what sources say for certain", () => {
  const sources = (...texts: string[]) => new Map(texts.map((text, index) => [`${index}.js`, text]))

  test("settings of the service are its code, and those of a tool are not", () => {
    const paths = ["api/src/app.config.ts", "api/vite.config.ts", "api/src/a.test.ts", "web/b.ts"]
    expect(codeFilesOf("api", paths)).toEqual(["api/src/app.config.ts"])
  })

  test.each([
    ["const port = process.env.PORT || 3000", 3000],
    ["port: process.env.PORT\n      ? parseInt(process.env.PORT, 10)\n      : 3000,", 3000],
    ["port: process.env.PORT ? Number(process.env.PORT) : undefined, size: 4000", undefined],
    ["const port = parseInt(process.env.PORT, 10) || 8081", 8081],
    ["http.listen(process.env.HTTP_PORT || 8080); https.listen(process.env.HTTPS_PORT || 8443)", 8080],
    ["PORT: Joi.number().default(3000),\n  SMTP_PORT: Joi.number().default(587),", 3000],
    ["PORT: z.coerce.number().default(3000),\n  LIMIT: z.number().default(100)", 3000],
    ["PORT: Joi.number().required(),\n  LIMIT: Joi.number().default(100)", undefined],
    ["const port = [args.port, process.env.PORT, 3001].find(Boolean)", 3001],
    ['const { PORT = 1 } = process.env; const p = Number(process.env["PORT"] ?? "4000")', 4000],
    ["server.listen({ host: '0.0.0.0', port: 5001 })", 5001],
    ["app.listen(port)", undefined],
  ])("the port of %s", (text, port) => {
    const said = portIn(sources(text))
    expect(said !== null && "value" in said ? said.value : undefined).toBe(port)
  })

  test("no port where two are named, and each is told", () => {
    const said = portIn(sources("app.listen(3000)", "metrics.listen(9090)"))
    expect(said).toEqual({
      several: [
        { value: 3000, file: "0.js" },
        { value: 9090, file: "1.js" },
      ],
    })
  })

  test.each([
    ['app.get("/health", ok)', "/health"],
    ["server.get('/ping', ok); app.get('/healthz', ok)", "/healthz"],
    ['router.get("/health", ok)', undefined],
    ['app.setGlobalPrefix("api"); app.get("/health", ok)', undefined],
    ['app.get("/users", ok)', undefined],
  ])("the health path of %s", (text, path) => {
    expect(healthIn(sources(text))?.value).toBe(path)
  })
})

test.each([
  ["node dist/main", "dist/main"],
  ["cross-env NODE_ENV=production node --enable-source-maps dist/index.js --port 3000", "dist/index.js"],
  ["npm run build && node ./build", "./build"],
  ["nodemon server.js", "server.js"],
  ["node --env-file .env server.js", "server.js"],
  ["yarn start:prod", null],
  ["node -r ts-node/register src/main.ts", null],
  ["nest start", null],
  ['node "$ENTRY"', null],
  ["serve -s build", null],
])("%s starts %s", (script, file) => {
  expect(startedFile(script, undefined)).toBe(file)
})

test.each([
  "npm run serve",
  "pnpm serve",
  "yarn run -s serve",
  "cross-env NODE_ENV=production pnpm run serve",
  "tsc && npm run serve",
])("%s starts what the script serve starts", (script) => {
  expect(startedFile(script, undefined, { serve: "node app.js" })).toBe("app.js")
})
