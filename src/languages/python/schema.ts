import { z } from "zod"
import { line, relativePath } from "../../config/schema/primitives.ts"
import { common } from "../common.ts"
import { variables } from "../services.ts"

const dotted = "[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*"

const moduleName = z
  .string()
  .regex(new RegExp(`^${dotted}$`), { error: "the name of a module, such as shop.worker" })

const application = z.string().regex(new RegExp(`^${dotted}:${dotted}(?:\\(\\))?$`), {
  error: "a module and its application, such as app.main:app",
})

/** Names of extras and of groups of dependencies. */
const groupName = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/, {
  error: "the name of a group or an extra in pyproject.toml",
})

const { path, ...others } = common
const shared = {
  path,
  language: z.literal("python").describe("Python with a lock file of pip, uv or Poetry."),
  ...others,
  variant: z
    .enum(["cpu", "gpu"])
    .default("cpu")
    .describe(
      "Which packages the image has: requirements-gpu.txt, or the extra or group gpu of pyproject.toml, instead of those for cpu.",
    ),
  requirements: relativePath
    .optional()
    .describe(
      "Of pip: the file that names every package of the image, relative to path. Default: requirements.txt, or requirements-VARIANT.txt where there is one.",
    ),
  developmentRequirements: relativePath
    .optional()
    .describe(
      "Of pip: the file that names the packages of its checks besides. Default: the usual names, such as requirements-dev.txt.",
    ),
  extras: z
    .array(groupName)
    .max(16)
    .default([])
    .describe("Of uv and Poetry: extras of pyproject.toml that the image has."),
  developmentGroups: z
    .array(groupName)
    .max(16)
    .optional()
    .describe(
      "Of uv and Poetry: groups and extras that the checks need. Default: all groups, and extras such as dev and test.",
    ),
  files: z
    .array(relativePath)
    .max(64)
    .default([])
    .describe("Tests and other files that the image needs although builds leave them out."),
}

const djangoComponent = z
  .strictObject({
    ...shared,
    kind: z.literal("django").describe("django: a project with a manage.py, served by Gunicorn or Uvicorn."),
    settings: moduleName.optional().describe("Its settings module. Default: the one that manage.py names."),
    entry: application
      .optional()
      .describe("Its application. Default: that of wsgi.py beside the settings, else of asgi.py."),
    collectstatic: z
      .boolean()
      .optional()
      .describe(
        "Whether the build collects static files. Default: whether a file of the settings has STATIC_ROOT.",
      ),
    buildEnvironment: variables.describe(
      "Variables that the settings need to collect static files. Not in the image; never a secret.",
    ),
  })
  .describe("A Django project.")

const asgiComponent = z
  .strictObject({
    ...shared,
    kind: z.literal("asgi").describe("asgi: an ASGI application, such as of FastAPI, served by Uvicorn."),
    entry: application.default("main:app").describe("Module and application: app.main:app."),
  })
  .describe("An ASGI application.")

const wsgiComponent = z
  .strictObject({
    ...shared,
    kind: z.literal("wsgi").describe("wsgi: a WSGI application, such as of Flask, served by Gunicorn."),
    entry: application.default("wsgi:app").describe("Module and application: app:app."),
  })
  .describe("A WSGI application.")

const moduleComponent = z
  .strictObject({
    ...shared,
    kind: z.literal("module").describe("module: a module that is run, as by python -m."),
    entry: moduleName.describe("The module: shop.worker."),
    arguments: z.array(line).max(64).default([]).describe("What it gets as arguments."),
  })
  .describe("A module that is run.")

const { port: _port, health: _health, ...withoutPort } = shared

const workerComponent = z
  .strictObject({
    ...withoutPort,
    kind: z
      .literal("worker")
      .describe(
        "worker: a module that is run and listens on no port, such as celery: it has no Service and no health path.",
      ),
    entry: moduleName.describe("The module: celery, or shop.worker."),
    arguments: z.array(line).max(64).default([]).describe("What it gets as arguments."),
    port: z.never().optional().describe("Nothing: it listens on no port."),
    health: z.never().optional().describe("Nothing: nobody can ask it by HTTP."),
  })
  .describe("A module that is run and listens on no port.")

export const component = z.discriminatedUnion("kind", [
  djangoComponent,
  asgiComponent,
  wsgiComponent,
  moduleComponent,
  workerComponent,
])

export type PythonComponent = z.infer<typeof component>
export type DjangoComponent = PythonComponent & { kind: "django" }
