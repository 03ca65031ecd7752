import type { Gate } from "../gate.ts"
import { judgeQuality } from "./decide.ts"
import { type QualityOutput, type QualityReading, readOutput } from "./read.ts"
import { runQuality } from "./run.ts"
import type { QualitySettings } from "./settings.ts"

/**
 * SonarQube: the scanner sends the tree to a server, and the server's quality gate judges it. The server is given, or one of the
 * call's own. Everything about it runs on every call, because a server's answer is the world's and not the tree's.
 */
export const gate: Gate<QualitySettings | undefined, QualityOutput, QualityReading> = {
  async appliesTo({ gates }, { trust }) {
    if (gates.quality === undefined)
      return { applies: false, why: "signalbox.yaml has no gates.quality: no server is named" }
    if (trust === "fork" && gates.quality.server !== undefined)
      return { applies: false, why: "the code of a fork is not sent to a server with a token" }
    return { applies: true }
  },
  run: async (context, settings) => ({ output: await runQuality(context, settings) }),
  read: readOutput,
  decide: (reading) => judgeQuality(reading),
}
