/** What the driver writes is what its caller reads, from this version and from evidence of earlier ones. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { parseJson } from "../../../src/call/json.ts"
import { status } from "../../../src/deploy/driver/commands/status.ts"
import {
  clusterOf,
  journalCopy,
  ledgerShape,
  ownReport,
  planFile,
  statusReport,
  storedReport,
} from "../../../src/deploy/report.ts"
import { planOf } from "../../../src/deploy/state/index.ts"
import { planHash } from "../../../src/domain/index.ts"
import { Simulation } from "./support/simulation.ts"

const journalPath = "/api/v1/namespaces/apps/configmaps/signalbox-journal"

const deployed = async () => {
  const world = new Simulation()
  await world.untilDone({ do: "deploy", version: "good-1" }, [])
  return world
}

test("status.json is read as it was written", async () => {
  for (const world of [new Simulation(), await deployed()]) {
    const session = world.session()
    let written: object = {}
    Object.assign(session.recorder, {
      json: async (_: string, value: object) => {
        written = value
      },
    })
    await status(session)
    expect(parseJson(JSON.stringify(written), statusReport, "status.json")).toEqual(written)
  }
})

test("a plan keeps its hash on the way through plan.json, with what this version does not know", async () => {
  const journal = (await deployed()).journal()
  const plan = journal && { ...planOf(journal), later: { unknown: [1, { nested: true }] } }
  if (plan === null) throw new Error("there is no plan")
  const read = parseJson(JSON.stringify(plan, null, 2), planFile, "plan.json")
  expect(planHash(read)).toBe(planHash(plan))
})

test("a ledger keeps all that counts in its chain", async () => {
  const ledger = (await (await deployed()).session().store.readLedger())?.value
  expect(parseJson(JSON.stringify(ledger), ledgerShape, "ledger.json")).toEqual(ledger)
})

describe("operation.json", () => {
  const report = { schemaVersion: 1, call: "c-1", operation: "o-1", fence: null, files: ["smoke.json"] }

  test("of a run of now says what decides whether evidence is kept", () => {
    expect(parseJson(JSON.stringify(report), ownReport, "operation.json")).toMatchObject(report)
    expect(() => parseJson('{"schemaVersion":1,"fence":"3"}', ownReport, "operation.json")).toThrow(
      /OUTPUT_UNREADABLE[\s\S]*operation\.json[\s\S]*call: /,
    )
  })

  test("of an earlier version does not say what it knew", () => {
    const { known, planHash: hash } = parseJson(JSON.stringify(report), storedReport, "operation.json")
    expect({ known, hash }).toEqual({ known: undefined, hash: undefined })
  })
})

test("a journal in evidence says which namespace its plan is for, or that it holds none", () => {
  const path = join(import.meta.dirname, "fixtures", "earlier-roll-out.json")
  const { data } = JSON.parse(readFileSync(path, "utf8"))[journalPath]
  const journal = parseJson(data["journal.json"], journalCopy, "journal.json")
  expect(clusterOf(journal)).toBe("uid-1")
  for (const plan of ["{", "null", "{}", '{"cluster":1}']) expect(clusterOf({ plan })).toBeUndefined()
})
