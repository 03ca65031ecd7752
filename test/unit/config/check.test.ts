import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { minimalConfig, minimalEnvironment, replaced } from "./texts.ts"

const program = join(import.meta.dirname, "../../../src/config/check.ts")
const made: string[] = []
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true })
})

function project(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "signalbox-check-"))
  made.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

function check(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err })
    })
  })
}

const files = { "signalbox.yaml": minimalConfig, "environments/staging.yaml": minimalEnvironment }

test("a valid project is printed as JSON", async () => {
  const { code, out, err } = await check(project(files), "signalbox.yaml", "staging")
  expect({ code, err }).toEqual({ code: 0, err: "" })
  expect(JSON.parse(out)).toMatchObject({
    config: { project: "shop" },
    environments: { staging: { namespace: "shop-staging" } },
    waivers: [],
  })
})

test("problems of all files are printed together and end with 13", async () => {
  const root = project({
    "signalbox.yaml": replaced(minimalConfig, "kind: static", "kind: statik"),
    "environments/staging.yaml": `${minimalEnvironment}strategy: big-bang\n`,
  })
  const { code, out, err } = await check(root, "signalbox.yaml", "environments/staging.yaml")
  expect({ code, out }).toEqual({ code: 13, out: "" })
  expect(err).toContain("2 problems in environments/staging.yaml, signalbox.yaml")
  expect(err).toContain(
    'environments/staging.yaml:6:11: strategy: "big-bang" is not allowed; allowed: rolling',
  )
  expect(err).toContain('signalbox.yaml:8:11: components.web.kind: "statik" is not allowed')
})

test.each([
  ["missing configuration", ["nope.yaml"], "CONFIG_MISSING: cannot read nope.yaml"],
  ["missing environment file", ["signalbox.yaml", "production"], "cannot read environments/production.yaml"],
  ["unknown environment", ["signalbox.yaml", "stagin"], 'did you mean "staging"?'],
  ["no argument", [], "USAGE: the configuration file is not named"],
  ["unknown option", ["--nope"], "USAGE: Unknown option '--nope'"],
])("%s ends with 13", async (_, args, told) => {
  const { code, out, err } = await check(project(files), ...args)
  expect({ code, out }).toEqual({ code: 13, out: "" })
  expect(err).toContain(told)
})

test("with the source at hand every named path must exist", async () => {
  const root = project({
    ...files,
    "signalbox.yaml": `${minimalConfig}smoke: deploy/smok.yaml\n`,
    "web/x": "",
  })
  const { code, err } = await check(root, "--source", ".", "signalbox.yaml", "staging")
  expect(code).toBe(13)
  expect(err).toContain('signalbox.yaml:10:8: smoke: "deploy/smok.yaml" does not exist in the source tree')
  expect(err).not.toContain("web")
})

test("waivers are checked with the rest", async () => {
  const root = project({
    ...files,
    "signalbox.yaml": `${minimalConfig}waivers: waivers.yaml\n`,
    "waivers.yaml": "schemaVersion: 1\nwaivers: [{ id: W-1 }]\n",
  })
  const { code, err } = await check(root, "signalbox.yaml")
  expect(code).toBe(13)
  expect(err).toContain('waivers.yaml:2:11: waivers[0].owner: the key "owner" is missing')
})
