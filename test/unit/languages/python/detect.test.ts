/** Components in Python, told by their files alone. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { detect } from "../../../../src/languages/python/detect.ts"
import { applicationBeside, collectedTo, settingsIn } from "../../../../src/languages/python/django.ts"

const fixtures = "test/engine/fixtures"

/** @param made files that its test on an engine makes, such as a lock file of the day. */
function filesOf(fixture: string, made: readonly string[] = []) {
  const root = join(fixtures, fixture)
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  const read = async (path: string) => (made.includes(path) ? "" : readFileSync(join(root, path), "utf8"))
  return { paths: [...paths, ...made], read }
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
          expect.objectContaining({ setting: "port", value: 8080, ofImage: true }),
          { setting: "health", value: "/health", because: "web/config/urls.py" },
        ],
      },
    ])
  })

  test("FastAPI by the module that makes an application, below src", async () => {
    const [found] = await detect(filesOf("quotes", ["api/uv.lock"]))
    expect(found).toMatchObject({
      path: "api",
      because: "api/src/quotes/main.py makes an application of FastAPI",
      settings: [{ value: "asgi" }, { setting: "entry", value: "quotes.main:app" }, {}, { value: "/health" }],
    })
  })

  test("Flask is WSGI; a library, tests and an environment are nothing", async () => {
    const app = "from flask import Flask\n\nserver = Flask(__name__)\n"
    expect(await of({ "requirements.txt": "", "app.py": app })).toMatchObject([
      { path: ".", settings: [{ value: "wsgi" }, { value: "app:server" }, { setting: "port" }] },
    ])
    expect(await of({ "pyproject.toml": "", "shop/core.py": "x = 1\n" })).toEqual([])
    expect(await of({ "pyproject.toml": "", "tests/test_app.py": app, ".venv/app.py": app })).toEqual([])
  })
})

describe("an application that is made in a function", () => {
  const made =
    "from flask import Flask\n\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n"
  const entry = async (files: Readonly<Record<string, string>>) => {
    const [one] = await of({ "requirements.txt": "flask==3.1.0\n", ...files })
    return one?.settings.filter(({ ofImage }) => ofImage !== true).map(({ value }) => value)
  }

  test("is the variable of the module that calls it", async () => {
    const files = {
      "shop/__init__.py": made,
      "serve.py": "from shop import create_app\n\napp = create_app()\n",
    }
    expect(await entry(files)).toEqual(["wsgi", "serve:app"])
  })

  test("is called by the server where it needs no argument, and no component where it does", async () => {
    expect(await entry({ "shop/__init__.py": made })).toEqual(["wsgi", "shop:create_app()"])
    expect(await entry({ "shop/__init__.py": made.replace("config=None", "config") })).toBeUndefined()
  })

  test("is started as its Procfile says", async () => {
    const web = "web: flask db upgrade; gunicorn --workers 2 'shop.wsgi:server'\nworker: rq worker\n"
    expect(await entry({ "shop/__init__.py": made, Procfile: web })).toEqual(["wsgi", "shop.wsgi:server"])
    const uvicorn = "web: uvicorn shop.main:app --port $PORT\n"
    expect(await entry({ "a.py": "app = FastAPI()\n", Procfile: uvicorn })).toEqual(["asgi", "shop.main:app"])
  })
})

describe("a health path", () => {
  const api = async (text: string) => {
    const [one] = await of({ "requirements.txt": "", "main.py": `app = FastAPI()\n${text}` })
    return one?.settings.find(({ setting }) => setting === "health")?.value
  }
  const site = async (urls: string) => {
    const manage = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")'
    const [one] = await of({
      ...{ "requirements.txt": "", "manage.py": manage, "shop/settings.py": "", "shop/urls.py": urls },
      "items/views.py": 'RANGES = ["ping", "/health"]\n',
    })
    return one?.settings.find(({ setting }) => setting === "health")?.value
  }

  test("is a route of the application itself, and no other text of that name", async () => {
    expect(await api('@app.get("/healthz")\ndef ok(): ...\n')).toBe("/healthz")
    expect(await api('@router.get("/healthz")\ndef ok(): ...\n')).toBeUndefined()
    expect(await api('call("/ping")\n')).toBeUndefined()
  })

  test("of Django is one of the whole site's URLs", async () => {
    expect(await site('urlpatterns = [path("health/", ok)]')).toBe("/health/")
    expect(await site('urlpatterns = [re_path(r"^api/healthz$", ok)]')).toBe("/api/healthz")
    expect(await site('urlpatterns = [path("health/", include("health_check.urls"))]')).toBe("/health/")
    expect(await site('urlpatterns = [path("ping/", include("pings.urls"))]')).toBeUndefined()
    expect(await site("urlpatterns = []")).toBeUndefined()
  })
})

describe("what is not installed by its own lock file is told, and is none", () => {
  test("what lies in a workspace of uv, and is none of its members", async () => {
    const files = {
      ...{ "pyproject.toml": '[tool.uv.workspace]\nmembers = ["other"]\n', "uv.lock": "version = 1\n" },
      ...{ "backend/pyproject.toml": "[project]\n", "backend/app/main.py": "app = FastAPI()\n" },
    }
    expect(await of(files)).toMatchObject([
      {
        path: "backend",
        settings: [],
        notBuilt: "uv.lock above it does not have it among the members of its workspace",
      },
    ])
  })

  test("a project without a lock file", async () => {
    expect(await of({ "pyproject.toml": "", "main.py": "app = FastAPI()\n" })).toMatchObject([
      { path: ".", notBuilt: expect.stringContaining("no lock file of pip, uv or Poetry") },
    ])
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
