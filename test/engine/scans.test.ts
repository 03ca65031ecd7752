/** A version that was published is judged again by a newer database, and stays the version that it is. */
import { expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { type Project, project, publishedBy } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000 })

const accepted = (maxAge: string) => `acceptedDatabases: [{ name: signalbox-fixture, maxAge: ${maxAge} }]\n`

it("V11 the same digests get a statement beside their record where a database has grown too old, and only there", async () => {
  await using here = await project("scans-staging", "plain")
  const environment = (await here.files.read("environments/staging.yaml")).replace(
    /^acceptedDatabases:.*\n/m,
    "",
  )
  const config = await here.files.read("signalbox.yaml")
  await here.write({
    // Its score is over everything, so that the later judgement reads what the release has stored.
    "signalbox.yaml": `${config}gates: { security: { threshold: 0, required: [release] } }\n`,
    "environments/staging.yaml": environment + accepted("9999d"),
  })
  await commitAll(here.files.path)
  const first = await published(here)
  expect(first.made).toBe(true)
  expect(await published(here)).toEqual({ ...first, made: false })
  expect(await scansOf(here)).toEqual([])
  await here.write({ "environments/staging.yaml": environment + accepted("1d") })
  expect(await published(here)).toEqual({ ...first, made: false })
  expect(await scansOf(here)).toEqual([expect.stringMatching(/:v1\.0\.0-\d{14}-[0-9a-f]{8}$/)])
})

async function published(here: Project): Promise<{ readonly made: boolean }> {
  const outcome = await here.call(["publish", "--version", "1.0.0"], { timeout: 560 })
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout)
}

async function scansOf(here: Project): Promise<readonly string[]> {
  return (await publishedBy(here.name)).filter((one) => one.includes("/scans:"))
}
