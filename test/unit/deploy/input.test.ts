/** What lies beside the request comes from a source tree, and is read with the driver's rights. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { readInput, readRelease } from "../../../src/deploy/driver/input.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { driverRequest } from "./support/driver-request.ts"

const request = { ...driverRequest, values: ["base.yaml"] }

let directory: string
let outside: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "input-"))
  outside = `${directory}.kubeconfig`
  await writeFile(outside, "token: secret")
  await writeFile(join(directory, "request.json"), JSON.stringify(request))
  for (const name of ["values", "chart"]) await mkdir(join(directory, name))
  await writeFile(join(directory, "chart", "Chart.yaml"), "name: app")
})
afterEach(async () => {
  await rm(directory, { recursive: true })
  await rm(outside)
})

const input = () => readInput(join(directory, "request.json"))

describe("what is read beside the request", () => {
  test("is the text that will run, and its digest", async () => {
    await writeFile(join(directory, "load.js"), "// load")
    expect((await input()).loadScript).toEqual({ text: "// load", digest: sha256("// load") })
  })

  test.each(["load.js", "smoke.yaml"])("V06 %s is no link to something else", async (name) => {
    await symlink(outside, join(directory, name))
    await expect(input()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: { what: `${name} is a symbolic link` },
    })
  })

  test("V06 values are no link to something else", async () => {
    await symlink(outside, join(directory, "values", "base.yaml"))
    await expect(readRelease(await input(), directory)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: { what: "base.yaml is a symbolic link" },
    })
  })

  test("may be missing", async () => {
    expect(await input()).toMatchObject({ loadScript: null, smoke: null })
  })
})

test("a request of an earlier version, which named where evidence is kept, is read", async () => {
  await writeFile(join(directory, "request.json"), JSON.stringify({ ...request, evidenceStore: "registry" }))
  expect((await input()).request).toMatchObject({ project: "shop", values: ["base.yaml"] })
})
