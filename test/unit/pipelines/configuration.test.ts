/** Mistakes in all files that a deployment reads are reported together, by file, line and column, before publishing. */
import type { Directory } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import { assertConfigurationValid } from "../../../pipelines/configuration.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { minimalConfig, minimalEnvironment, replaced } from "../config/texts.ts"

const config = minimalConfig.replace("[staging, production]", "[staging]")
const valid = { "signalbox.yaml": config, "environments/staging.yaml": minimalEnvironment, web: "" }

const configured = (files: Readonly<Record<string, string>>, read: string[] = []) => {
  const file = (path: string) => ({
    contents: async () => {
      read.push(path)
      return files[path] ?? Promise.reject(new Error(`no ${path}`))
    },
  })
  const exists = async (path: string) => path in files
  return assertConfigurationValid(
    new Session({ source: { file, exists } as unknown as Directory, access: new Map() } as unknown as Inputs),
  )
}

test("a valid configuration passes", async () => {
  await expect(configured(valid)).resolves.toBeUndefined()
  const smoke = "checks: [{ name: page, path: /, headers: { accept: text/html } }]"
  await expect(
    configured({ ...valid, "signalbox.yaml": `${config}smoke: smoke.yaml\n`, "smoke.yaml": smoke }),
  ).resolves.toBeUndefined()
})

test("each file is read once", async () => {
  const smoke = "checks: [{ name: page, path: / }]"
  const files = { ...valid, "signalbox.yaml": `${config}smoke: smoke.yaml\n`, "smoke.yaml": smoke }
  const read: string[] = []
  await configured(files, read)
  expect(read.sort()).toEqual(["environments/staging.yaml", "signalbox.yaml", "smoke.yaml"])
})

test("mistakes of all files are reported together", async () => {
  const files = {
    ...valid,
    "signalbox.yaml": `${config}smoke: deploy/smoke.yaml\nwaivers: waivers.yaml\nload: { script: gone.js }\n`,
    "environments/staging.yaml": `${minimalEnvironment}strategy: big-bang\n`,
    "deploy/smoke.yaml": "checks:\n  - name: page\n    path: index.html\n",
    "waivers.yaml": "schemaVersion: 1\nwaivers: [{ id: W-1 }]\n",
  }
  await expect(configured(files)).rejects.toMatchObject({ code: "CONFIG_INVALID", exitCode: 13 })
  const message = await configured(files).catch((error: Error) => error.message)
  for (const problem of [
    'environments/staging.yaml:6:11: strategy: "big-bang" is not allowed; allowed: rolling',
    "deploy/smoke.yaml:3:11: checks[0].path",
    'waivers.yaml:2:11: waivers[0].owner: the key "owner" is missing',
    'signalbox.yaml:12:17: load.script: "gone.js" does not exist in the source tree',
  ])
    expect(message).toContain(problem)
})

test.each([
  [
    "a mistake in signalbox.yaml alone",
    { "signalbox.yaml": replaced(config, "kind: static", "kind: statik") },
    "8:11",
  ],
  [
    "values that are not YAML",
    { "environments/staging.yaml": `${minimalEnvironment}values: v.yaml\n`, "v.yaml": "a: [" },
    "v.yaml",
  ],
  [
    "a smoke test whose credential the API server would consume",
    {
      "signalbox.yaml": `${config}smoke: smoke.yaml\n`,
      "smoke.yaml": "checks: [{ name: me, path: /me, headers: { Authorization: x } }]",
    },
    "does not reach the application",
  ],
])("%s", async (_name, mistake, message) => {
  const attempt = configured({ ...valid, ...mistake } as Readonly<Record<string, string>>)
  await expect(attempt).rejects.toMatchObject({ code: "CONFIG_INVALID" })
  await expect(attempt).rejects.toThrow(message)
})

test("an environment without a file is reported", async () => {
  const { "environments/staging.yaml": _missing, ...rest } = valid
  await expect(configured(rest)).rejects.toMatchObject({ code: "CONFIG_MISSING" })
})
