import { describe, expect, test } from "vitest"
import { checks } from "../../../src/languages/declared.ts"
import { type Component, checksOf } from "../../../src/languages/index.ts"

const integration = {
  command: ["npm", "run", "test:integration"],
  report: { format: "junit", path: "integration.xml" },
}

async function found(declared: object) {
  const component = { language: "image", checks: checks.parse(declared) } as unknown as Component
  const request = { name: "api", component } as unknown as Parameters<typeof checksOf>[0]
  return (await checksOf(request)).integration
}

describe("integration tests of a component", () => {
  test("are those that signalbox.yaml declares, with services in their order and variables of their own", async () => {
    const services = { db: { kind: "postgres", database: "shop" }, queue: { kind: "redis" } }
    const environment = { DATABASE_URL: "postgresql://app@db:5432/shop" }
    const check = await found({ integration: { ...integration, services, environment } })
    expect(check).toMatchObject({
      command: integration.command,
      judged: [0, 1],
      services: { db: { kind: "postgres", database: "shop", user: "app" }, queue: { kind: "redis" } },
      environment,
    })
    if (!("services" in check)) throw new Error("no services")
    expect(Object.keys(check.services ?? {})).toEqual(["db", "queue"])
  })

  test("are never guessed: without a declaration there are none", async () => {
    expect(await found({})).toEqual({
      notApplicable: "no integration tests are declared: checks.integration",
    })
  })

  test.each([
    ["a host name that is none", { services: { "my db": { kind: "redis" } } }],
    [
      "a database that would have to be quoted",
      { services: { db: { kind: "postgres", database: 'a"; drop' } } },
    ],
    ["a kind that nobody knows", { services: { db: { kind: "oracle" } } }],
    ["an image without a port", { services: { db: { kind: "image", image: "example.org/mongo:6" } } }],
    ["a variable with a line break", { environment: { A: "b\nc" } }],
    ["no report", { report: undefined }],
  ])("are refused with %s", (_, part) => {
    expect(checks.safeParse({ integration: { ...integration, ...part } }).success).toBe(false)
  })
})
