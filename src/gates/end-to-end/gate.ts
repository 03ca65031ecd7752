import { whyNotNamed } from "../engine/tree-tool/named.ts"
import type { Gate } from "../gate.ts"
import { decideEndToEnd } from "./decide.ts"
import { type EndToEndReading, readEndToEnd } from "./read.ts"
import { type EndToEndRun, runEndToEnd } from "./run.ts"
import { defaultEndToEnd, type EndToEndSettings } from "./settings.ts"

/**
 * The project's own tests in a browser, against the components as they are built, with what `stack` puts beside them. Screenshots and
 * traces of failed tests are part of its reports.
 */
export const gate: Gate<EndToEndSettings | undefined, EndToEndRun, EndToEndReading> = {
  async appliesTo({ gates }) {
    const why = whyNotNamed(gates, "end-to-end")
    return why === undefined ? { applies: true } : { applies: false, why }
  },
  async run(context, settings = defaultEndToEnd) {
    const output = await runEndToEnd(context, settings)
    const { outcome } = output.run
    return outcome.finished ? { output, raw: outcome.out } : { output }
  },
  read: readEndToEnd,
  decide: (reading, _, settings = defaultEndToEnd) => decideEndToEnd(reading, settings),
}
