/** M174 A worker, such as of Celery: a program that is built and judged as others, and listens on no port. */
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { reachedComponent } from "../../../../src/adoption/index.ts"
import { declaredValuesFile } from "../../../../src/chart/index.ts"
import { assumedConfig, checkConfig } from "../../../../src/config/index.ts"
import { component as schema } from "../../../../src/languages/catalogue.ts"
import { detect } from "../../../../src/languages/python/detect.ts"
import { workerIn } from "../../../../src/languages/python/detect-application.ts"
import { startOf } from "../../../../src/languages/python/entry.ts"
import type { PythonComponent } from "../../../../src/languages/python/schema.ts"
import { imagesWithPorts } from "../../../../src/services/index.ts"
import { composeFile } from "../../../../src/stack/index.ts"
import { forwardedPorts } from "../../../../src/stack/running.ts"

const worker = {
  path: "web",
  language: "python",
  kind: "worker",
  entry: "celery",
  arguments: ["-A", "shop", "worker"],
}

test("is started as its arguments say, and has neither port nor health path", () => {
  const parsed = schema.parse(worker) as PythonComponent
  expect(startOf(parsed)).toEqual({
    command: ["/opt/venv/bin/python", "-m", "celery", "-A", "shop", "worker"],
    module: "celery",
  })
  expect([parsed.port, parsed.health]).toEqual([undefined, undefined])
})

test.each(["port: 8080", "health: /health"])("%s of a worker is refused with its place", (key) => {
  const text = `schemaVersion: 1
project: shop
registry: registry.example/shop
components:
  mails:
    path: web
    language: python
    kind: worker
    entry: celery
    ${key}
environments: [staging]
`
  const { problems } = checkConfig(text, "signalbox.yaml")
  expect(problems).toMatchObject([{ line: 10, path: `components.mails.${key.split(":")[0]}` }])
  expect(JSON.stringify(problems)).toContain("leave the key out")
})

const { value: config } = assumedConfig({
  project: "shop",
  components: { web: { path: "web", language: "python", kind: "wsgi" }, mails: worker },
})
if (config === undefined) throw new Error("the configuration is not valid")

test("the built-in chart is told that it listens on no port, and that of the others", () => {
  expect(parse(declaredValuesFile(config.components))).toMatchObject({
    declared: { mails: { listens: false, user: 1001 }, web: { port: 8080 } },
  })
  expect(declaredValuesFile(config.components)).not.toMatch(/mails:[\s\S]*port:[\s\S]*web:/)
})

test("on a developer's machine it runs beside the others, and has no port there", async () => {
  const image = async () => ({ container: {} as never, facts: { exposedPorts: [] } })
  expect(await imagesWithPorts(config, image)("mails")).toEqual({ container: {}, port: undefined })
  const started = [
    { name: "mails", port: undefined },
    { name: "web", port: 8080 },
  ]
  expect(forwardedPorts(config, started)).toEqual([{ name: "web", port: 8080, host: 8080 }])
  const stack = { name: "mails", from: { image: "registry.example/mails" }, user: 1001, pages: false }
  const web = { ...stack, name: "web", port: 8080 }
  const { services } = parse(composeFile({ project: "shop", components: [stack, web], services: [] }))
  expect([services.mails.ports, services.web.ports]).toEqual([undefined, ["127.0.0.1:8080:8080"]])
})

test("tests reach another component first, whatever it is called", () => {
  expect(reachedComponent([{ name: "web" }])).toMatchObject({ component: "web" })
})

describe("a Procfile tells one", () => {
  test.each([
    [
      "worker: celery -A shop worker -l info",
      { entry: "celery", arguments: ["-A", "shop", "worker", "-l", "info"] },
    ],
    [
      "web: x\nworker: celery --app=shop.tasks worker --concurrency=2\n",
      { entry: "celery", arguments: ["--app=shop.tasks", "worker", "--concurrency=2"] },
    ],
    [
      "worker: python -m shop.worker --queue mails",
      { entry: "shop.worker", arguments: ["--queue", "mails"] },
    ],
  ])("%s", (text, found) => {
    expect(workerIn(text)).toEqual(found)
  })

  test.each([
    "web: gunicorn shop:app",
    "worker: celery -A shop worker -c $WORKERS",
    "worker: python manage.py migrate && celery -A shop worker",
    "worker: python worker.py",
    "worker: bundle exec sidekiq",
    "worker:",
  ])("%s is none: nobody reads a shell's line", (text) => {
    expect(workerIn(text)).toBeNull()
  })

  test("where the directory makes no application", async () => {
    const files: Readonly<Record<string, string>> = {
      "requirements.txt": "celery==5.4.0\n",
      "shop/tasks.py": "from celery import Celery\napp = Celery('shop')\n",
      Procfile: "worker: celery -A shop.tasks worker\n",
    }
    const of = (all: Readonly<Record<string, string>>) =>
      detect({ paths: Object.keys(all), read: async (path) => all[path] ?? "" })
    const [one, ...others] = await of(files)
    expect([one?.path, others]).toEqual([".", []])
    expect(one?.settings.map(({ setting, value }) => [setting, value])).toEqual([
      ["kind", "worker"],
      ["entry", "celery"],
      ["arguments", ["-A", "shop.tasks", "worker"]],
    ])
    const [web] = await of({ ...files, "main.py": "from fastapi import FastAPI\napp = FastAPI()\n" })
    expect(web?.settings[0]).toMatchObject({ setting: "kind", value: "asgi" })
  })
})
