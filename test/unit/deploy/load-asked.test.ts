/** A load test that is asked for is run, or the deployment does not begin. */
import { describe, expect, test } from "vitest"
import { prepare } from "../../../src/deploy/driver/commands/preparation.ts"
import { observe } from "../../../src/deploy/driver/observation.ts"
import type { ProcessRunner } from "../../../src/verify/index.ts"
import { prepared, Simulation } from "./support/simulation.ts"

async function attempt(question: Record<string, unknown>, script: string | null, k6?: ProcessRunner["run"]) {
  const session = new Simulation().session({ question })
  const record = { ...prepared("1.0.0").record, schemaVersion: 1 }
  const input = {
    ...session.input,
    request: { ...session.input.request, record: record as typeof session.input.request.record },
    loadScript: script === null ? null : { text: script, digest: "sha256:00" as const },
  }
  const children = {
    ...session.children,
    ...(k6 === undefined ? {} : { run: k6 }),
  } as typeof session.children
  return prepare(
    { ...session, input, children, testsWork: import.meta.dirname },
    (await observe(session)).world,
  )
}

describe("V17 a load profile that the environment's file names", () => {
  test("V17 is refused with 13 where the release has no script, before anything is changed", async () => {
    await expect(attempt({ loadAsked: true }, null)).rejects.toMatchObject({
      ...{ code: "CONFIG_INVALID", exitCode: 13 },
      detail: {
        what: "staging asks for load profile smoke, and release 1.0.0 has no load script",
        where: "environments/staging.yaml: load.profile",
      },
    })
  })

  test("V17 is none where the file does not name one: the plan warns", async () => {
    await expect(attempt({}, null)).rejects.toMatchObject({
      detail: { what: "there is no chart beside the request" },
    })
  })
})
