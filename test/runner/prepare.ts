import type { Tier } from "./tiers.ts"

/**
 * Brings up what a tier needs and points this process, and so the tests, at it.
 * @returns undefined, or what went wrong, for a person
 */
export async function prepare(needs: Tier["needs"]): Promise<string | undefined> {
  if (needs === "nothing") return undefined
  // Loaded here so that the unit tier does without the toolchain.
  const { explain, clusterUp, up } = await import("../../toolchain/index.ts")
  try {
    const { environment } = needs === "cluster" ? await clusterUp() : await up()
    Object.assign(process.env, environment)
    return undefined
  } catch (error) {
    let text = ""
    explain(error, (part) => {
      text += part
    })
    return text
  }
}
