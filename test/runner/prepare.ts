import { gatesToTry, languagesToTry } from "./languages.ts"
import type { TestOptions } from "./options.ts"
import type { Tier } from "./tiers.ts"

export interface Prepared {
  /** What went wrong, for a person; undefined where nothing did. */
  readonly failure: string | undefined
  /** The languages whose images are there now. */
  readonly languages: readonly string[]
}

/** Brings up what a tier needs and points this process, and so the tests, at it. */
export async function prepare({ id, needs }: Tier, options: TestOptions): Promise<Prepared> {
  if (needs === "nothing") return { failure: undefined, languages: [] }
  // Loaded here so that the unit tier does without the toolchain.
  const { clusterUp, explain, gatesOnDemand, imagesOnDemand, languagesOnDemand, up } = await import(
    "../../toolchain/index.ts"
  )
  try {
    const { environment } = needs === "cluster" ? await clusterUp() : await up()
    Object.assign(process.env, environment)
    const languages = id === "engine" ? languagesToTry(options, languagesOnDemand) : []
    const gates = id === "engine" ? gatesToTry(options, gatesOnDemand) : []
    if (languages.length + gates.length > 0) await imagesOnDemand([...languages, ...gates])
    return { failure: undefined, languages }
  } catch (error) {
    let text = ""
    explain(error, (part) => {
      text += part
    })
    return { failure: text, languages: [] }
  }
}
