/** What package.json and the sources beside it tell of a component. Layouts as public repositories have them. */
import { describe, expect, test } from "vitest"
import { detect } from "../../../src/languages/node/detect.ts"
import { healthIn, portIn } from "../../../src/languages/node/detect-sources.ts"
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
    ["without a lock file of npm", {}, "there is no package-lock.json"],
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

  test.each([
    ["const port = process.env.PORT || 3000", 3000],
    ["const port = parseInt(process.env.PORT, 10) || 8081", 8081],
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
  ["node -r ts-node/register src/main.ts", null],
  ["nest start", null],
  ['node "$ENTRY"', null],
  ["serve -s build", null],
])("%s starts %s", (script, file) => {
  expect(startedFile(script, undefined)).toBe(file)
})
