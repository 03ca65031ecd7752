import { describe, expect, test } from "vitest"
import { parseManifests, scanManifests, scanValues } from "../../../src/chart/index.ts"

// In two parts, as nothing that a search for secrets would take for one.
const [begin, end] = ["BEGIN", "END"].map((which) => `-----${which} RSA PRIVATE KEY-----`)
const key = `${begin}\\nMIIEpAIBAAKCAQEA\\n${end}`
const pgp = `-----BEGIN PGP PRIVATE ${"KEY"} BLOCK-----`
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
    ["an XML element", "  a.xml: |\n    <c>\n      <password>hunter2</password></c>", "data.a.xml#password"],
    ["an XML attribute", `  a.xml: '<c><db password="hunter2"/></c>'`, "data.a.xml#password"],
    [
      "an XML property",
      `  a.xml: '<c><property name="db.password" value="hunter2"/></c>'`,
      "data.a.xml#db.password",
    ],
    ["an .npmrc", "  .npmrc: |\n    //registry.example.org/:_authToken=hunter2", "data..npmrc#_authToken"],
    [
      "a registry's credentials",
      `  config.json: '{"auths":{"r.example.org":{"auth":"${Buffer.from("u:hunter2").toString("base64")}"}}}'`,
      "data.config.json#auth",
    ],
    ["a .netrc", "  .netrc: machine example.org login u password hunter2", "data..netrc"],
    ["a .pgpass", '  .pgpass: "db:5432:*:u:hunter2"', "data..pgpass"],
    ["a name that ends with PASS", "  SMTP_PASS: hunter2", "data.SMTP_PASS"],
    ["a name that ends with Pwd", "  a.properties: dbPwd=hunter2", "data.a.properties#dbPwd"],
    ["Django's and Rails' keys", "  SECRET_KEY_BASE: hunter2", "data.SECRET_KEY_BASE"],
    ["an address of JDBC", "  url: jdbc:postgresql://db/x?user=u&password=hunter2", "data.url"],
    ["a connection string", '  db: "Server=db;User=u;Password=hunter2;"', "data.db"],
    ["a header", '  nginx.conf: proxy_set_header Authorization "Bearer hunter2-hunter2";', "data.nginx.conf"],
    ["a PGP key", `  key: "${pgp}"`, "data.key"],
    ["a GitHub token of the newer form", `  a: github_pat_${"a1".repeat(20)}`, "data.a"],
    ["a GitLab token", `  a: glpat-${"a1".repeat(10)}`, "data.a"],
    ["a Slack token", `  a: xoxb-${"1".repeat(12)}-${"a1".repeat(6)}`, "data.a"],
    ["an npm token", `  a: npm_${"a1".repeat(18)}`, "data.a"],
    [
      "a file of more than 256 KiB",
      `  app.yaml: |\n    password: hunter2\n${"    a: bbbbbbbbbbbbbbbbbbbbbbbbb\n".repeat(10_000)}`,
      "data.app.yaml#password",
    ],
    ["an address", "  DATABASE_URL: postgres://shop:hunter2@db/shop", "data.DATABASE_URL"],
  ])("sibling of V21: in %s", (_what, data, subject) => {
    expect(subjects(map(data))).toContain(`ConfigMap/app:${subject}`)
  })

  test("sibling of V21: what is filled in later, and names that are none, are no secrets", () => {
    const later = "$" + "{DB_PASSWORD}"
    const harmless = [
      ...["  PWD: /app", "  compass: north", "  secretKey: DB_PASSWORD"],
      ...[`  a.xml: '<password>${later}</password>'`, `  url: jdbc:x://db/x?password=${later}`],
      ...["  nginx.conf: proxy_set_header Authorization $http_authorization;", "  DB_PASS_FILE: /run/x"],
      ...["  b: 'Server=db;Password={0}'", "  c: 'https://example.org/?a=1&b=2'"],
    ]
    expect(subjects(map(harmless.join("\n")))).toEqual([])
  })

  test("sibling of V21: in the settings that an env entry contains", () => {
    const value = JSON.stringify({ spring: { datasource: { password: "hunter2" } } })
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, env: [{ name: SPRING_APPLICATION_JSON, value: '${value}' }] }] }\n`
    expect(subjects(pod)).toEqual(["Pod/p:env.SPRING_APPLICATION_JSON#password"])
  })

  test("sibling of V21: in values, a password of digits and one in a list", () => {
    const values = { db: { password: 12345678, maxToken: 4096 }, admin: { password: ["hunter2"] } }
    expect(scanValues(values, "values.yaml").map(({ subject }) => subject)).toEqual([
      "admin.password.0",
      "db.password",
    ])
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
