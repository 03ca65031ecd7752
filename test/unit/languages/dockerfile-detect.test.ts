/** What a Dockerfile tells of a component: where it is built from, where it listens, and what it needs. */
import { expect, test } from "vitest"
import { detect } from "../../../src/languages/dockerfile/detect.ts"
import { treeOf } from "./trees.ts"

const told = async (files: Readonly<Record<string, string>>) =>
  (await detect(treeOf(files))).map(({ path, because, settings }) => ({
    path,
    because,
    ...Object.fromEntries(settings.map(({ setting, value }) => [setting, value])),
  }))

test("its port, health path, user and secrets", async () => {
  const text = [
    ...["FROM node:24 AS build", "EXPOSE 9229", "RUN --mount=type=secret,id=npm_token npm ci"],
    ...["FROM node:24-slim", "EXPOSE 3000/tcp", "USER 1000:1000"],
    "HEALTHCHECK --interval=5s CMD curl -fsS http://localhost:3000/healthz || exit 1",
    'CMD ["node", "server.js"]',
  ].join("\n")
  expect(await told({ "web/Dockerfile": text })).toEqual([
    {
      ...{ path: "web", because: "there is web/Dockerfile", port: 3000, health: "/healthz", user: 1000 },
      secrets: ["npm_token"],
    },
  ])
})

test("nothing where it is not certain, or not possible", async () => {
  const text = "FROM x\nEXPOSE 80 443\nUSER root\nHEALTHCHECK CMD pgrep web\nEXPOSE $PORT\n"
  expect(await told({ Dockerfile: text })).toEqual([{ path: ".", because: "there is Dockerfile" }])
  expect(await told({ Dockerfile: "FROM x\nUSER 0\n" })).toEqual([
    { path: ".", because: "there is Dockerfile" },
  ])
})

test("that it is built from the directory above, where only that has what it copies", async () => {
  const text = "FROM x\nCOPY package.json src ./\nCOPY --from=build /app /app\n"
  expect(await told({ "docker/Dockerfile": text, "package.json": "", "src/a.js": "" })).toEqual([
    { path: ".", because: "there is docker/Dockerfile", dockerfile: "docker/Dockerfile" },
  ])
  expect(await told({ "docker/Dockerfile": text, "docker/package.json": "", "docker/src/a.js": "" })).toEqual(
    [{ path: "docker", because: "there is docker/Dockerfile" }],
  )
})

test("one beside the sources counts before a variant of it; other names are nobody's", async () => {
  const files = {
    Dockerfile: "FROM x\nCOPY a .\n",
    "docker/Dockerfile": "FROM x\nCOPY a .\n",
    "Dockerfile.dev": "",
    a: "",
  }
  expect((await told(files)).map(({ because }) => because)).toEqual(["there is Dockerfile"])
})
