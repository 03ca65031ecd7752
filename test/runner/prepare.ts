import { languagesToTry } from "./languages.ts"
import type { TestOptions } from "./options.ts"
import type { Tier } from "./tiers.ts"

/**
 * Brings up what a tier needs and points this process, and so the tests, at it.
 * @returns undefined, or what went wrong, for a person
 */
export async function prepare({ id, needs }: Tier, options: TestOptions): Promise<string | undefined> {
  if (needs === "nothing") return undefined
  // Loaded here so that the unit tier does without the toolchain.
  const { clusterUp, explain, imagesOnDemand, languagesOnDemand, up } = await import(
    "../../toolchain/index.ts"
  )
  try {
    const { environment } = needs === "cluster" ? await clusterUp() : await up()
    Object.assign(process.env, environment)
    const languages = id === "engine" ? languagesToTry(options, languagesOnDemand) : []
    if (languages.length > 0) await imagesOnDemand(languages)
    return undefined
  } catch (error) {
    let text = ""
    explain(error, (part) => {
      text += part
    })
    return text
  }
}
