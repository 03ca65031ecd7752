/** Mistakes in any file that a deployment reads are told together, by file, line and column, before anything is published. */
import type { Directory } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import { assertConfigured } from "../../../pipelines/configuration.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { minimalConfig, minimalEnvironment, replaced } from "../config/texts.ts"

const one = minimalConfig.replace("[staging, production]", "[staging]")
const right = { "signalbox.yaml": one, "environments/staging.yaml": minimalEnvironment, web: "" }

const configured = (files: Readonly<Record<string, string>>, read: string[] = []) => {
  const file = (path: string) => ({
    contents: async () => {
      read.push(path)
      return files[path] ?? Promise.reject(new Error(`no ${path}`))
    },
  })
  const exists = async (path: string) => path in files
  return assertConfigured(
    new Session({ source: { file, exists } as unknown as Directory, access: new Map() } as unknown as Inputs),
  )
}

test("what is right passes", async () => {
  await expect(configured(right)).resolves.toBeUndefined()
  const smoke = "checks: [{ name: page, path: /, headers: { accept: text/html } }]"
  await expect(
    configured({ ...right, "signalbox.yaml": `${one}smoke: smoke.yaml\n`, "smoke.yaml": smoke }),
  ).resolves.toBeUndefined()
})

test("each file is read once", async () => {
  const smoke = "checks: [{ name: page, path: / }]"
  const files = { ...right, "signalbox.yaml": `${one}smoke: smoke.yaml\n`, "smoke.yaml": smoke }
  const read: string[] = []
  await configured(files, read)
  expect(read.sort()).toEqual(["environments/staging.yaml", "signalbox.yaml", "smoke.yaml"])
})

test("mistakes of all files are told together", async () => {
  const files = {
    ...right,
    "signalbox.yaml": `${one}smoke: deploy/smoke.yaml\nwaivers: waivers.yaml\nload: { script: gone.js }\n`,
    "environments/staging.yaml": `${minimalEnvironment}strategy: big-bang\n`,
    "deploy/smoke.yaml": "checks:\n  - name: page\n    path: index.html\n",
    "waivers.yaml": "schemaVersion: 1\nwaivers: [{ id: W-1 }]\n",
  }
  await expect(configured(files)).rejects.toMatchObject({ code: "CONFIG_INVALID", exitCode: 13 })
  const message = await configured(files).catch((error: Error) => error.message)
  for (const said of [
    'environments/staging.yaml:6:11: strategy: "big-bang" is not allowed; allowed: rolling',
    "deploy/smoke.yaml:3:11: checks[0].path",
    'waivers.yaml:2:11: waivers[0].owner: the key "owner" is missing',
    'signalbox.yaml:12:17: load.script: "gone.js" does not exist in the source tree',
  ])
    expect(message).toContain(said)
})

test.each([
  [
    "a mistake of signalbox.yaml alone",
    { "signalbox.yaml": replaced(one, "kind: static", "kind: statik") },
    "8:11",
  ],
  [
    "values that are no YAML",
    { "environments/staging.yaml": `${minimalEnvironment}values: v.yaml\n`, "v.yaml": "a: [" },
    "v.yaml",
  ],
  [
    "a smoke test whose credential the API server would take",
    {
      "signalbox.yaml": `${one}smoke: smoke.yaml\n`,
      "smoke.yaml": "checks: [{ name: me, path: /me, headers: { Authorization: x } }]",
    },
    "does not reach the application",
  ],
])("%s", async (_name, wrong, said) => {
  const attempt = configured({ ...right, ...wrong } as Readonly<Record<string, string>>)
  await expect(attempt).rejects.toMatchObject({ code: "CONFIG_INVALID" })
  await expect(attempt).rejects.toThrow(said)
})

test("an environment that is not described is told", async () => {
  const { "environments/staging.yaml": _left, ...rest } = right
  await expect(configured(rest)).rejects.toMatchObject({ code: "CONFIG_MISSING" })
})
