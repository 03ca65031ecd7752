import { envFormFindings, KnownSecrets, parseValues, scanValues, secretsIn } from "../../chart/index.ts"
import { SignalboxError, type ToolFinding } from "../../domain/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import type { GateContext } from "../gate.ts"
import type { ChartEnvironment } from "./request.ts"

/** What is wrong with the values, and what in them is secret: tools quote it. */
export async function judgeValues(
  context: GateContext,
  environments: readonly ChartEnvironment[],
): Promise<{ readonly findings: readonly ToolFinding[]; readonly secrets: KnownSecrets }> {
  const secrets = new KnownSecrets()
  const files = [...new Set(environments.flatMap(({ values }) => values))]
  const all = await Promise.all(
    files.map(async (file) => {
      try {
        const text = await context.source.file(file).contents()
        const values = parseValues(text, file)
        secrets.learn(secretsIn([{ kind: "values", body: { values } }]))
        return [...scanValues(values, file), ...envFormFindings(text, file)]
      } catch (thrown) {
        // helm has read the same file and says what is wrong with it.
        const why = thrown instanceof SignalboxError ? thrown.detail.why : whyFailed(thrown)
        return [unreadableValues(file, why ?? "it cannot be read")]
      }
    }),
  )
  return { findings: all.flat(), secrets }
}

function unreadableValues(file: string, why: string): ToolFinding {
  return {
    rule: "values-unreadable",
    severity: "high",
    message: why,
    location: { file },
    subject: file,
  }
}
