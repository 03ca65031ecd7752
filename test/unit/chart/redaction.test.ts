/** X11: what a plan, a log, a report or evidence says of a secret: its key, and whether it changes. Never the value. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { stringify } from "yaml"
import {
  diffManifests,
  KnownSecrets,
  parseManifests,
  redactManifests,
  secretsOf,
} from "../../../src/chart/index.ts"
import { processorSeconds } from "../processor-seconds.ts"

const base64 = (text: string) => Buffer.from(text).toString("base64")
const manifest = (...objects: readonly object[]) =>
  parseManifests(objects.map((one) => stringify(one)).join("---\n"))
const secret = (more: object, name = "db") => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  ...more,
})
const configMap = (data: object) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data })
const workload = (container: object, annotations: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", annotations },
  spec: { template: { spec: { containers: [{ name: "web", ...container }] } } },
})
const diff = (before: object | null, after: object | null) =>
  diffManifests(before === null ? [] : manifest(before), after === null ? [] : manifest(after))

describe("X11 a Secret in a plan", () => {
  test("has its keys and what becomes of each, in data and stringData", () => {
    const before = secret({
      data: { gone: base64("a"), kept: base64("b"), same: "x" },
      stringData: { clear: "1" },
    })
    const after = secret({
      data: { fresh: base64("d"), kept: base64("c"), same: "x" },
      stringData: { clear: 2 },
    })
    const [change, ...others] = diff(before, after)
    expect([change?.action, change?.name, others]).toEqual(["update", "db", []])
    expect([...(change?.diff ?? [])].sort()).toEqual([
      "+  clear: (secret, new value)",
      "+  fresh: (secret)",
      "+  kept: (secret, new value)",
      "-  clear: (secret, old value)",
      "-  gone: (secret)",
      "-  kept: (secret, old value)",
    ])
  })

  test("that comes or goes shows no value either", () => {
    const one = secret({ stringData: { password: "not-in-the-plan", open: true } })
    expect(diff(null, one)[0]?.diff).toEqual(
      expect.arrayContaining(["+  password: (secret)", "+  open: (secret)"]),
    )
    expect(diff(one, null)[0]?.diff).toEqual(
      expect.arrayContaining(["-  password: (secret)", "-  open: (secret)"]),
    )
  })

  test("whose values only change places is an update all the same", () => {
    const list = (a: string, b: string) =>
      workload({ env: [a, b].map((value) => ({ name: "API_TOKEN", value })) })
    expect(diff(list("aaaaaa", "bbbbbb"), list("bbbbbb", "aaaaaa"))).toMatchObject([
      { action: "update", diff: ["  … only values that are not shown change"] },
    ])
  })
})

describe("X11 what holds a secret by the rules of the gate", () => {
  const value = "hunter2-of-the-shop"
  const applied = JSON.stringify(secret({ data: { password: base64(value) } }))
  test.each([
    ["a key of a ConfigMap", configMap({ DB_PASSWORD: value })],
    ["an address with a password", configMap({ url: `postgres://shop:${value}@db/shop` })],
    ["a file of settings", configMap({ "app.properties": `a=b\ndb.password=${value}\nport=5432` })],
    ["a file in JSON", configMap({ "app.json": JSON.stringify({ db: { password: value } }) })],
    ["a manifest in a text", configMap({ "secret.yaml": stringify(secret({ stringData: { x: value } })) })],
    ["an environment value", workload({ env: [{ name: "API_TOKEN", value }] })],
    ["an argument", workload({ args: ["serve", `--db-password=${value}`] })],
    ["an argument of two words", workload({ args: ["serve", "--db-password", value] })],
    ["a shell line", workload({ command: ["sh", "-c", `PGPASSWORD='${value}' psql`] })],
    [
      "what kubectl applied last",
      workload({}, { "kubectl.kubernetes.io/last-applied-configuration": applied }),
    ],
    ["an annotation", workload({}, { "example.org/api-key": value })],
  ])("%s is not shown, old or new", (_name, object) => {
    const text = JSON.stringify(object).replaceAll(value, "another-of-them")
    const other = JSON.parse(text.replaceAll(base64(value), base64("another-of-them"))) as object
    for (const changes of [
      diff(object, other),
      diff(other, object),
      diff(null, object),
      diff(object, null),
    ]) {
      expect(changes[0]?.action).not.toBe("unchanged")
      expect(changes[0]?.diff).not.toEqual([])
      const said = JSON.stringify(changes)
      for (const form of [value, base64(value), "another-of-them", base64("another-of-them")])
        expect(said).not.toContain(form)
    }
    expect(redactManifests(stringify(object), new KnownSecrets())).not.toContain(value)
  })

  test("all else is shown as it is", () => {
    const object = workload({
      env: [
        { name: "LOG_LEVEL", value: "debug" },
        { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
      ],
      args: ["--port", "8080", "--token-file=/run/token"],
    })
    expect(JSON.stringify(diff(null, object))).not.toContain("(secret")
    const text = stringify(object)
    expect(redactManifests(text, new KnownSecrets())).toBe(text)
  })
})

test("X11 a value with the character that stands for what is no text is a text all the same", () => {
  const value = "\u{fffd} of the shop"
  const left = manifest(configMap({ note: value }))
  const said = JSON.stringify(diffManifests(left, manifest(secret({ data: { a: base64(value) } }))))
  expect(said).not.toContain("of the shop")
})

test("X11 a Secret's value appears nowhere in a plan's changes, whatever objects hold it, old or new", () => {
  const canary = fc
    .string({ minLength: 10, maxLength: 40, unit: "grapheme" })
    .map((text) => text.trim())
    .filter((text) => text.length >= 8 && !"(secret, old value)(secret, new value)".includes(text))
  const plain = fc.stringMatching(/^[a-z]{0,8}$/)
  const holder = fc.constantFrom<(value: string, around: string) => object>(
    (value) => secret({ stringData: { a: value } }),
    (value) => secret({ data: { a: base64(value) } }),
    (value, around) =>
      secret({ data: { a: base64(around + value), b: base64(value + around) }, stringData: { c: value } }),
    (value) => secret({ stringData: { a: value } }, "other"),
  )
  const copy = fc.constantFrom<(value: string, around: string) => object>(
    (value, around) => configMap({ note: around + value + around }),
    (value, around) => configMap({ header: `Basic ${base64(`${around}:${value}${around}`)}` }),
    (value, around) => workload({ env: [{ name: "GREETING", value: around + base64(around + value) }] }),
    (value, around) => workload({ args: ["--greeting", around + value] }),
    (value) => workload({}, { note: JSON.stringify({ value: JSON.stringify({ value }) }) }),
    (value) => configMap({ link: `http://host/?q=${encodeURIComponent(value)}` }),
    (value) => configMap({ [value.replaceAll(/\s/g, "")]: "as a key" }),
    () => configMap({ nothing: "here" }),
  )
  const objects = (value: string) =>
    fc
      .tuple(plain, fc.array(copy, { maxLength: 3 }))
      .map(([around, copies]) => copies.map((one) => one(value, around)))
  const sides = fc
    .tuple(canary, plain, holder, fc.boolean())
    .chain(([value, around, make, old]) =>
      fc.tuple(fc.constant({ value, held: make(value, around), old }), objects(value), objects(value)),
    )
  fc.assert(
    fc.property(sides, ([{ value, held, old }, before, after]) => {
      const left = manifest(...before, ...(old ? [held] : []))
      const right = manifest(...after, ...(old ? [] : [held]))
      const said = JSON.stringify(diffManifests(left, right))
      for (const form of formsOf(value)) expect(said).not.toContain(form)
      const kept = redactManifests(
        [...before, held].map((one) => stringify(one)).join("---\n"),
        secretsOf([...left, ...right]),
      )
      for (const form of formsOf(value)) expect(kept).not.toContain(form)
    }),
    { numRuns: 150 },
  )
})

/** The value, as JSON, and its base64 at each offset without the characters that what stands around it decides. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const cores = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(3)]).toString("base64")
    return whole.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3))
  })
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), ...cores]
}

describe("X11 a text of somebody else", () => {
  test("loses what is known, in clear, escaped and in base64, with the base64 around it", () => {
    const known = new KnownSecrets()
    known.learn(["hunter2-of-the-shop", 'with "quotes"', "short"])
    const header = base64("user:hunter2-of-the-shop,more")
    expect(known.hide(`a hunter2-of-the-shop b, Basic ${header}; {"x":"with \\"quotes\\""}; short`)).toBe(
      'a (secret) b, Basic (secret); {"x":"(secret)"}; short',
    )
  })

  test("loses what is a secret by its shape, though nobody has named it", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----"
    expect(new KnownSecrets().hide(`at postgres://shop:hunter2@db/x: ${key} refused`)).toBe(
      "at postgres://shop:(secret)@db/x: (secret) refused",
    )
  })

  test("of any length is gone through in one go", async () => {
    const known = new KnownSecrets()
    known.learn(["hunter2-of-the-shop"])
    const long = "A".repeat(1_000_000)
    const seconds = await processorSeconds(() =>
      expect(known.hide(`${long} ${base64("hunter2-of-the-shop")} ${long}: x=${long}`)).toContain(
        " (secret) ",
      ),
    )
    expect(seconds).toBeLessThan(2)
  })

  test("stays as it is where there is nothing to hide, and is hidden once", () => {
    const known = new KnownSecrets()
    expect(known.hide('Job.batch "migrate" is invalid')).toBe('Job.batch "migrate" is invalid')
    known.learn(["secret", "hunter2-of-the-shop"])
    const once = known.hide("a hunter2-of-the-shop b")
    expect(known.hide(once)).toBe(once)
  })
})
