/** What README says about a file .env that Dagger cannot read: the limit is Dagger's, and the way round it works. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { dagger, finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { libraryRoot } from "./support/repository.ts"

let here: Project
let elsewhere: string

beforeAll(async () => {
  here = await project()
  elsewhere = await mkdtemp(join(tmpdir(), "signalbox-elsewhere-"))
})
afterAll(async () => {
  await here?.[Symbol.asyncDispose]()
  await rm(elsewhere, { recursive: true, force: true })
})

it("G25 an application's .env with an open quote stops a call beside it, and not one from another directory", async () => {
  await here.write({ ".env": "APP_NAME=Anna's shop\n" })
  const beside = await here.call(["build", "list"])
  expect([beside.code, finalError(beside)]).toEqual([1, expect.stringMatching(/quote/)])
  const { path } = here.files
  const inputs = ["--source", path, "--git", path, "--toolbox", join(path, "toolbox.yaml")]
  const from = await dagger(["call", "-m", libraryRoot, ...inputs, "build", "list"], { cwd: elsewhere })
  expect([from.code, finalError(from), from.stdout.trim()]).toEqual([0, "", "web"])
})
