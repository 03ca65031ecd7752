/** What a Dockerfile tells of a component: where it is built from, where it listens, and what it needs. */
import { expect, test } from "vitest"
import { detect } from "../../../src/languages/dockerfile/detect.ts"
import { treeOf } from "./trees.ts"

const told = async (files: Readonly<Record<string, string>>) =>
  (await detect(treeOf(files))).map(({ path, because, settings, notBuilt }) => ({
    path,
    because,
    ...(notBuilt === undefined ? {} : { notBuilt }),
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

test.each([
  ["EXPOSE 3000/tcp", 3000, "EXPOSE 3000"],
  ["ENV HTTP_PORT=8080 HTTPS_PORT=8443\nEXPOSE $HTTP_PORT $HTTPS_PORT", 8080, "ENV HTTP_PORT=8080"],
  ["ARG PORT=5000\nEXPOSE $PORT", 5000, "EXPOSE 5000"],
  ["EXPOSE 80 9000\nHEALTHCHECK CMD curl -f http://localhost:9000/up", 9000, "HEALTHCHECK asks 9000"],
  ["ENV PORT 4000", 4000, "ENV PORT=4000"],
  ['CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8001"]', 8001, "its command has --port 8001"],
  ["CMD gunicorn -w 2 -b 0.0.0.0:5001 app:app", 5001, "its command has gunicorn -w 2 -b 0.0.0.0:5001"],
  ["CMD python manage.py runserver 0.0.0.0:8000", 8000, "its command has runserver 0.0.0.0:8000"],
  ['CMD ["fastapi", "run", "--workers", "4"]', 8000, "fastapi run listens on 8000"],
])("the port by %s", async (text, value, because) => {
  const [found] = await detect(treeOf({ Dockerfile: `FROM x\n${text}\n` }))
  expect(found?.settings.find(({ setting }) => setting === "port")).toEqual({
    ...{ setting: "port", value, because: `Dockerfile: ${because}` },
  })
})

test.each([
  "EXPOSE 80 443\nENV PORT=3000",
  "CMD gunicorn --config gunicorn.py app:app",
  "CMD fastapi run --port $PORT",
  "CMD uvicorn app:app",
])("no port by %s", async (text) => {
  expect((await told({ Dockerfile: `FROM x\n${text}\n` }))[0]).not.toHaveProperty("port")
})

test("a stage has what the stage of the same file has that it begins with, and nothing of another one", async () => {
  const text = "FROM x AS base\nEXPOSE 3000\nFROM y AS other\nEXPOSE 9229\nFROM base AS release\nUSER 1000\n"
  expect(await told({ Dockerfile: text })).toMatchObject([{ port: 3000, user: 1000 }])
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

test("a monorepo's Dockerfile that copies the lock file of the source root is built from there", async () => {
  const text = [
    "FROM python:3.14",
    "RUN --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=cache,target=/c uv sync",
    "COPY ./backend/app /app/app",
  ].join("\n")
  const files = { "backend/Dockerfile": text, "backend/app/main.py": "", "uv.lock": "" }
  expect(await told(files)).toEqual([
    { path: "backend", because: "there is backend/Dockerfile", context: "." },
  ])
  const web = { "web/Dockerfile": "FROM x\nCOPY web web\n", "web/a.js": "", "web/web/b.js": "" }
  expect(await told(web)).toEqual([{ path: "web", because: "there is web/Dockerfile" }])
})

test("one that copies what only another step has made is told, and is none", async () => {
  const copies = async (...lines: readonly string[]) =>
    (
      await told({ "push/Dockerfile": `FROM x\n${lines.join("\n")}\n`, "push/a.js": "", "push/b/c.jar": "" })
    )[0]
  expect(await copies("COPY ./build/ build", "COPY a.js a.js")).toMatchObject({
    notBuilt: "it copies build, which is not in the source",
  })
  expect(await copies("ARG JAR=target/*.jar", `COPY \${JAR} app.jar`)).toMatchObject({
    notBuilt: "it copies target/*.jar, which is not in the source",
  })
  expect(await copies("ARG NAME", `COPY \${NAME}.jar app.jar`)).toMatchObject({
    notBuilt: `it copies \${NAME}.jar, and NAME has no value`,
  })
})

test.each([
  "COPY a.js yarn.lock* pnpm-lock.yaml* ./",
  'COPY ["a.js", "/app/"]',
  "ADD https://example.org/x.tgz /x",
  "COPY --chown=1:1 b/*.jar app.jar",
  "COPY bin*/$TARGETARCH/app /app",
  "ENV NAME=a\nCOPY $NAME.js a.js",
  "COPY tests/data /data",
  "COPY <<EOF /x",
])("what cannot be told, or is there, keeps nobody from building: %s", async (line) => {
  const files = { Dockerfile: `FROM x\n${line}\n`, "a.js": "", "b/c.jar": "" }
  const tree = { ...treeOf(files), everything: [...Object.keys(files), "tests/data/x"] }
  expect((await detect(tree)).map(({ notBuilt }) => notBuilt)).toEqual([undefined])
})

test("of several variants in docker/, none is a component, and each is told with the others", async () => {
  const text = "FROM x\nCOPY src .\n"
  const files = { "docker/alpine/Dockerfile": text, "docker/debian/Dockerfile": text, "src/a.c": "" }
  expect(await told(files)).toMatchObject([
    {
      path: "docker/alpine",
      notBuilt:
        "docker/debian/Dockerfile: built from the source root, too, and no file says which one is released",
    },
    { path: "docker/debian" },
  ])
})
