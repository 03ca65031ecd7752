import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { z } from "zod"
import { sha256 } from "../../../src/domain/index.ts"
import { composeFile, type StackComponent, servicesNamed } from "../../../src/stack/index.ts"

const image = (name: string) => ({ image: `registry.example/shop/${name}@${sha256(name)}` })
const frontend: StackComponent = { name: "frontend", from: image("web"), port: 8080, user: 1001, pages: true }
const backend: StackComponent = { name: "backend", from: image("api"), port: 5000, user: 1001, pages: false }
const every = ["postgres", "redis", "mongo", "pgadmin", "redis-commander"] as const

/** What of the Compose specification is used here: a key that is not in it, or has another form, is a mistake. */
const service = z.strictObject({
  image: z.string().optional(),
  build: z
    .strictObject({
      context: z.string().startsWith("./"),
      dockerfile: z.string(),
      target: z.string().optional(),
      args: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  user: z
    .string()
    .regex(/^\d+:\d+$/)
    .optional(),
  read_only: z.literal(true).optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.literal("ALL")).optional(),
  security_opt: z.array(z.literal("no-new-privileges:true")),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+(?:-\d+)?:\d+$/)).optional(),
  volumes: z.array(z.string().regex(/^[a-z-]+-data:\/[\w/]+$/)).optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal("CMD")], z.string()),
      interval: z.string().regex(/^\d+s$/),
      timeout: z.string().regex(/^\d+s$/),
      retries: z.int().positive(),
      start_period: z.string().regex(/^\d+s$/),
    })
    .optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })).optional(),
  deploy: z
    .strictObject({
      replicas: z.int().positive().optional(),
      resources: z.strictObject({
        limits: z.strictObject({
          cpus: z.string().regex(/^\d+(?:\.\d+)?$/),
          memory: z.string().regex(/^\d+M$/),
          pids: z.int().positive(),
        }),
      }),
    })
    .optional(),
  restart: z.literal("unless-stopped"),
})
const composeSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.strictObject({})).optional(),
})

const read = (stack: Partial<Parameters<typeof composeFile>[0]> = {}) =>
  composeSchema.parse(
    parse(composeFile({ project: "shop", components: [frontend, backend], services: [], ...stack })),
  )

describe("the components of a stack", () => {
  test("are those of the release by digest, and run as in a cluster", () => {
    const { services } = read({ version: "1.4.0" })
    expect(Object.keys(services)).toEqual(["frontend", "backend"])
    for (const name of ["frontend", "backend"])
      expect(services[name]).toMatchObject({
        image: expect.stringMatching(/@sha256:[0-9a-f]{64}$/),
        user: "1001:1001",
        read_only: true,
        tmpfs: ["/tmp"],
        cap_drop: ["ALL"],
        environment: { APP_VERSION: "1.4.0" },
      })
  })

  test("are on the ports where people look for them: pages on 3000, others on their own", () => {
    const { services } = read()
    expect([services.frontend?.ports, services.backend?.ports]).toEqual([
      ["127.0.0.1:3000:8080"],
      ["127.0.0.1:5000:5000"],
    ])
  })

  test("take the next port where one is taken, by a service or by each other", () => {
    const components = [
      ...[frontend, { ...frontend, name: "admin" }],
      { ...backend, port: 6379 },
      { ...backend, name: "mail", port: 80 },
    ]
    const { services } = read({ components, services: ["redis"] })
    expect(components.map(({ name }) => services[name]?.ports?.[0])).toEqual([
      ...["127.0.0.1:3000:8080", "127.0.0.1:3001:8080", "127.0.0.1:6380:6379", "127.0.0.1:8080:80"],
    ])
  })

  test("are built by their Dockerfiles where there is no release, and no dollar of theirs is a variable", () => {
    const build = { context: "api", dockerfile: "Dockerfile", target: "run", args: { PRICE: "$5" } }
    const { services } = read({ components: [{ ...backend, from: { build } }] })
    expect(services.backend).toMatchObject({
      build: { context: "./api", dockerfile: "Dockerfile", target: "run", args: { PRICE: "$$5" } },
    })
    expect(services.backend).not.toHaveProperty("image")
  })

  test("of unknown port and user have neither", () => {
    const { services } = read({ components: [{ ...backend, port: undefined, user: undefined }] })
    expect(services.backend).not.toHaveProperty("ports")
    expect(services.backend).not.toHaveProperty("user")
  })
})

describe("the services beside them", () => {
  test("are on their usual ports, and keep their data on named volumes", () => {
    const { services, volumes } = read({ services: every })
    expect(every.map((name) => services[name]?.ports?.[0])).toEqual([
      ...["127.0.0.1:5432:5432", "127.0.0.1:6379:6379", "127.0.0.1:27017:27017"],
      ...["127.0.0.1:5050:80", "127.0.0.1:8081:8081"],
    ])
    expect(volumes).toEqual({ "postgres-data": {}, "redis-data": {}, "mongo-data": {}, "pgadmin-data": {} })
    for (const { volumes: mounted = [] } of Object.values(services))
      for (const mount of mounted) expect(Object.keys(volumes ?? {})).toContain(mount.split(":")[0])
    expect(services.redis?.command).toEqual(["redis-server", "--appendonly", "yes"])
  })

  test("are healthy before a component starts, and what shows one waits for it", () => {
    const { services } = read({ services: every })
    expect(Object.keys(services.backend?.depends_on ?? {})).toEqual(["postgres", "redis", "mongo"])
    for (const name of Object.keys(services.backend?.depends_on ?? {}))
      expect(services[name]).toHaveProperty("healthcheck")
    expect(services.pgadmin?.depends_on).toEqual({ postgres: { condition: "service_healthy" } })
  })

  test("have no password in the file: the stack does not start before somebody has set it", () => {
    const { services } = read({ services: every })
    const secrets = Object.values(services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|SECRET|TOKEN/.test(name)),
    )
    expect(secrets.map(([name]) => name)).toEqual(["POSTGRES_PASSWORD", "PGADMIN_DEFAULT_PASSWORD"])
    for (const [, value] of secrets) expect(value).toMatch(/^\$\{[A-Z_]+:\?.+\}$/)
  })

  test("are asked for by name: each once, with what one of them shows", () => {
    expect(servicesNamed([], [])).toEqual([])
    expect(servicesNamed(["redis", "pgadmin", "redis"], ["web"])).toEqual(["postgres", "redis", "pgadmin"])
    expect(() => servicesNamed(["postgress"], [])).toThrow(/did you mean postgres\?/)
    expect(() => servicesNamed(["kafka"], [])).toThrow(/no service "kafka"/)
    expect(() => servicesNamed(["redis"], ["redis"])).toThrow(/a component is called redis/)
  })
})

describe("a stack like production", () => {
  const production = (stack: Partial<Parameters<typeof composeFile>[0]> = {}) =>
    read({ version: "1.4.0", production: true, ...stack })

  test("M016 has two of what serves pages and three of the others, each with limits and hardened as ever", () => {
    const { services } = production({ services: ["postgres"] })
    expect([services.frontend?.deploy?.replicas, services.backend?.deploy?.replicas]).toEqual([2, 3])
    for (const one of Object.values(services)) {
      expect(one.deploy?.resources.limits).toMatchObject({
        cpus: expect.any(String),
        memory: expect.any(String),
      })
      expect(one).toMatchObject({ restart: "unless-stopped", security_opt: ["no-new-privileges:true"] })
    }
    expect(services.backend).toMatchObject({ read_only: true, cap_drop: ["ALL"] })
  })

  test("M016 has a port of this machine for each of what serves pages, and none for what these reach by name", () => {
    const { services } = production({ components: [frontend, { ...frontend, name: "admin" }, backend] })
    expect([services.frontend?.ports, services.admin?.ports, services.backend?.ports]).toEqual([
      ["127.0.0.1:3000-3001:8080"],
      ["127.0.0.1:3002-3003:8080"],
      undefined,
    ])
  })

  test("M016 asks Redis, its health check and the components for one password, which is not in the file", () => {
    const { services } = production({ services: ["redis"] })
    const asked = /^\$\{REDIS_PASSWORD:\?/
    expect(services.redis?.command).toEqual([
      ...["redis-server", "--appendonly", "yes", "--requirepass"],
      expect.stringMatching(asked),
    ])
    expect(services.redis?.environment?.REDISCLI_AUTH).toMatch(asked)
    expect(services.backend?.environment).toEqual({
      APP_VERSION: "1.4.0",
      REDIS_PASSWORD: expect.stringMatching(asked),
    })
  })

  test("without it nothing of that is there", () => {
    const text = composeFile({
      project: "shop",
      components: [frontend, backend],
      services: ["redis"],
      version: "1.4.0",
    })
    expect(text).not.toMatch(/deploy|REDIS_PASSWORD|requirepass/)
  })
})
