import { setTimeout as sleep } from "node:timers/promises"
import { ConflictError, configMapPath, type KubeObject } from "../../../../src/deploy/cluster/index.ts"
import { type Ledger, type ReleaseRecord, recordDigest } from "../../../../src/domain/index.ts"
import type { TestEnvironment } from "../../../cluster/deploy-support/environment.ts"
import { setOf } from "./records.ts"

/** Somebody with kubectl in a namespace, who writes into its ledger while CI deploys there. */
export interface Forger {
  /** @returns how often an entry was changed */
  stop(): Promise<number>
}

/** As soon as another entry stands in the ledger, the forger writes that it was about another release. */
export function forgeEntries(environment: TestEnvironment, record: ReleaseRecord): Forger {
  let forged = 0
  let on = true
  const path = configMapPath(environment.namespace, "signalbox-ledger")
  const run = async (): Promise<void> => {
    const api = await environment.api()
    const known = ledgerIn(await api.get(path)).entries.length
    while (on) {
      const object = await api.get(path)
      const ledger = ledgerIn(object)
      const last = ledger.entries.at(-1)
      const isNew = ledger.entries.length > known && last?.set.record !== recordDigest(record)
      if (object !== null && last !== undefined && isNew) {
        const entries = [...ledger.entries.slice(0, -1), { ...last, set: setOf(record) }]
        forged += await written({
          ...object,
          data: { "ledger.json": JSON.stringify({ ...ledger, entries }) },
        })
      }
      await sleep(5)
    }
    async function written(object: KubeObject): Promise<number> {
      try {
        await api.replace(path, object)
        return 1
      } catch (error) {
        // CI's driver was first: the next look is at what it has written.
        if (!(error instanceof ConflictError)) throw error
        return 0
      }
    }
  }
  const running = run()
  return {
    stop: async () => {
      on = false
      await running
      return forged
    },
  }
}

export function ledgerIn(object: KubeObject | null): Ledger {
  const data = (object?.data ?? {}) as Readonly<Record<string, string>>
  return JSON.parse(data["ledger.json"] ?? "{}") as Ledger
}
