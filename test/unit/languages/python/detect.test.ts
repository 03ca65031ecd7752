/** Components in Python, told by their files alone. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { detect } from "../../../../src/languages/python/detect.ts"
import { applicationBeside, collectedTo, settingsIn } from "../../../../src/languages/python/django.ts"

const fixtures = "test/engine/fixtures"

function filesOf(fixture: string) {
  const root = join(fixtures, fixture)
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  return { paths, read: async (path: string) => readFileSync(join(root, path), "utf8") }
}
const of = (files: Readonly<Record<string, string>>) =>
  detect({ paths: Object.keys(files), read: async (path) => files[path] ?? "" })

describe("a component is told by its files", () => {
  test("Django by manage.py and the settings that it names", async () => {
    expect(await detect(filesOf("ledger"))).toEqual([
      {
        path: "web",
        because: "web/manage.py names the settings config.settings",
        settings: [
          { setting: "kind", value: "django", because: "web/manage.py" },
          { setting: "entry", value: "config.wsgi:application", because: "web/config/settings.py" },
          { setting: "health", value: "/health", because: "web/config/urls.py" },
        ],
      },
    ])
  })

  test("FastAPI by the module that makes an application, below src", async () => {
    const [found] = await detect(filesOf("quotes"))
    expect(found).toMatchObject({
      path: "api",
      because: "api/src/quotes/main.py makes an application of FastAPI",
      settings: [{ value: "asgi" }, { setting: "entry", value: "quotes.main:app" }, { value: "/health" }],
    })
  })

  test("Flask is WSGI; a library, tests and an environment are nothing", async () => {
    const app = "from flask import Flask\n\nserver = Flask(__name__)\n"
    expect(await of({ "requirements.txt": "", "app.py": app })).toMatchObject([
      { path: ".", settings: [{ value: "wsgi" }, { value: "app:server" }] },
    ])
    expect(await of({ "pyproject.toml": "", "shop/core.py": "x = 1\n" })).toEqual([])
    expect(await of({ "pyproject.toml": "", "tests/test_app.py": app, ".venv/app.py": app })).toEqual([])
  })
})

test.each([
  ['os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.dev")', "shop.settings.dev"],
  ["os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'", "shop.settings"],
  ["os.environ.setdefault(NAME, VALUE)", undefined],
])("manage.py names its settings: %s", (text, module) => {
  expect(settingsIn(text)).toBe(module)
})

test("the application is the one nearest to the settings, of WSGI before ASGI", () => {
  expect(applicationBeside("shop.settings.dev", ["shop/wsgi.py", "shop/asgi.py"])).toBe(
    "shop.wsgi:application",
  )
  expect(applicationBeside("shop.settings", ["src/shop/asgi.py"])).toBe("shop.asgi:application")
})

test("where static files were copied to is what Django says", () => {
  expect(collectedTo("\n1 static file copied to '/app/staticfiles', 3 post-processed.\n")).toBe(
    "/app/staticfiles",
  )
  expect(collectedTo("nothing of that kind")).toBe(undefined)
})
