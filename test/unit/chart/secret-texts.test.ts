/** X11: a program prints the password alone, not the connection string or the file that its Secret holds. */
import { describe, expect, test } from "vitest"
import { stringify } from "yaml"
import { parseManifests, secretsOf } from "../../../src/chart/index.ts"

const base64 = (text: string) => Buffer.from(text).toString("base64")
const value = "hunter2-of-the-shop"
const object = (kind: string, fields: object) =>
  parseManifests(stringify({ apiVersion: "v1", kind, metadata: { name: "db" }, ...fields }))

describe("X11 a password is known alone", () => {
  const registry = JSON.stringify({ auths: { "registry.test": { auth: base64(`robot:${value}`) } } })
  const texts: readonly [name: string, text: string, password?: string][] = [
    ["in an address", `postgres://shop:${value}@db:5432/shop?sslmode=require`],
    ["in an address without a user", `redis://:${value}@cache:6379`],
    ["in an address in a file", `# where\nurl = amqp://shop:${value}@mq/\n`],
    ["that is encoded in an address", "postgres://shop:hunter2%2Fof%40the@db/shop", "hunter2/of@the"],
    ["with an at sign that is not encoded", "postgres://shop:hunter2@of@the@db/shop", "hunter2@of@the"],
    ["with a slash that is not encoded", "postgres://shop:hunter2/of/the@db/shop", "hunter2/of/the"],
    ["of a registry's login", registry],
    [
      "of a registry's login with user and password",
      `{"auths":{"r":{"username":"u","password":"${value}"}}}`,
    ],
    ["under a short name in JSON", JSON.stringify({ db: { host: "db", pw: value } })],
    ["under a short name in settings", `host=db\npass=${value}\n`],
    ["with spaces in settings", "db.password = correct horse battery\nport=5432", "correct horse battery"],
    ["of several lines in YAML", `db:\n  password: |\n    ${value}\n    and more\n`, `${value}\nand more`],
    ["folded in YAML", "db:\n  passphrase: >-\n    correct horse\n    battery\n", "correct horse battery"],
    ["with a line break at its end", "hunter22\n", "hunter22"],
    ["in .netrc", `machine registry.test login robot password ${value}\n`],
    ["in a connection string", `Server=db;User Id=sa;Password=${value};Encrypt=true`],
    ["in .npmrc", `//registry.test/:_authToken=${value}\n`],
    ["in .pgpass by its line", `db:5432:shop:shop:${value}\nother:1:a:b:c\n`, `db:5432:shop:shop:${value}`],
  ]
  test.each(texts)("%s", (_name, text, password = value) => {
    for (const fields of [{ stringData: { x: text } }, { data: { x: base64(text) } }]) {
      const said = secretsOf(object("Secret", fields)).hide(`login failed with ${password} at db`)
      expect(said).toBe("login failed with (secret) at db")
    }
  })

  test("in a ConfigMap's binary data", () => {
    const known = secretsOf(object("ConfigMap", { binaryData: { x: base64(`db.password=${value}\n`) } }))
    expect(known.hide(`with ${value}`)).toBe("with (secret)")
  })

  test("of a registry's login that is no Secret", () => {
    const known = secretsOf(object("ConfigMap", { data: { "config.json": registry } }))
    expect(known.hide(`with ${value}`)).toBe("with (secret)")
  })
})

test("X11 the words of a Secret that are none are not taken out of a log", () => {
  const settings = JSON.stringify({ host: "db.example.org", mode: "production", port: 5432, on: true })
  const known = secretsOf(
    object("Secret", { stringData: { x: settings, url: "https://example.org:8443/a" } }),
  )
  const log = "shop-production at db.example.org:5432, example.org:8443"
  expect(known.hide(log)).toBe(log)
})

test("X11 an address loses its password though nobody has named it, with an at sign in it too", () => {
  const known = secretsOf([])
  expect(known.hide("at postgres://shop:hunter2@of@the@db/x")).toBe("at postgres://shop:(secret)@db/x")
  expect(known.hide("at http://db:5432/a@b")).toBe("at http://db:5432/a@b")
})
