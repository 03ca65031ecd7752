import { describe, expect, test } from "vitest"
import { parseManifests, scanManifests } from "../../../src/chart/index.ts"

const key = "-----BEGIN RSA PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA\\n-----END RSA PRIVATE KEY-----"
const map = (data: string, field = "data") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\n${field}:\n${data}\n`
const found = (text: string) =>
  scanManifests(parseManifests(text)).map(({ rule, subject }) => [rule, subject])
const subjects = (text: string) => found(text).map(([, subject]) => subject)

describe("V21 secrets in a ConfigMap", () => {
  test("V21 under a name of a credential, and by their shape", () => {
    expect(found(map(`  db.password: anything\n  tls.key: "${key}"`))).toEqual([
      ["secret-rendered", "ConfigMap/app:data.db.password"],
      ["secret-rendered", "ConfigMap/app:data.tls.key"],
    ])
  })

  test("V21 the value is never quoted", () => {
    const messages = scanManifests(parseManifests(map("  db.password: hunter2-of-the-shop")))
    expect(JSON.stringify(messages)).not.toContain("hunter2")
  })

  test.each([
    [
      "a properties file",
      "  app.properties: |\n    db.url=x\n    db.password = hunter2",
      "data.app.properties#db.password",
    ],
    ["a settings file in YAML", "  app.yaml: |\n    db:\n      password: hunter2", "data.app.yaml#password"],
    ["one in JSON", '  app.json: \'{"db":{"apiKey":"hunter2"}}\'', "data.app.json#apiKey"],
    ["an env file", "  .env: |\n    export DB_PASSWORD='hunter2'", "data..env#DB_PASSWORD"],
    ["an address", "  DATABASE_URL: postgres://shop:hunter2@db/shop", "data.DATABASE_URL"],
  ])("sibling of V21: in %s", (_what, data, subject) => {
    expect(subjects(map(data))).toContain(`ConfigMap/app:${subject}`)
  })

  test("sibling of V21: in binaryData, which is base64", () => {
    const text = Buffer.from("db.password=hunter2\n").toString("base64")
    expect(subjects(map(`  app.properties: ${text}`, "binaryData"))).toEqual([
      "ConfigMap/app:binaryData.app.properties#db.password",
    ])
  })

  test("sibling of V21: in the options of a container's program", () => {
    const job = (args: string) =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { template: { spec: { containers: [{ name: c, args: ${args} }] } } }\n`
    for (const args of ['["--db-password=hunter2"]', '["--db-password", "hunter2"]'])
      expect(found(job(args))).toMatchObject([["secret-rendered", expect.stringContaining("db-password")]])
    for (const args of [
      '["--db-password=$(DB_PASSWORD)"]',
      '["--password-file", "/run/secrets/db"]',
      '["serve"]',
    ])
      expect(found(job(args))).toEqual([])
  })

  test("sibling of V21: a token in any other object", () => {
    const token = `ghp_${"a".repeat(36)}`
    expect(
      subjects(`apiVersion: example.org/v1\nkind: Thing\nmetadata: { name: t }\nspec: { note: ${token} }\n`),
    ).toEqual(["Thing.example.org/t:spec.note"])
  })

  test.each([
    ["a reference", "  passwordSecretName: db\n  token.path: /run/token"],
    ["a variable", "  app.properties: |\n    db.password=\u0024{DB_PASSWORD}"],
    ["a program", "  login.js: |\n    const token = request.token"],
    ["ordinary settings", "  LOG_LEVEL: info\n  app.yaml: |\n    a: 1"],
  ])("%s is none", (_what, data) => {
    expect(found(map(data))).toEqual([])
  })
})
