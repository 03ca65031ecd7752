import { findExternalEngine } from "../engine/index.ts"
import { servicesOf, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps } from "../steps/index.ts"

const marks = { up: "✓", down: "·", broken: "✗" }

/** Prints what runs and what would have to be built. @returns whether everything is up */
export async function status(print: (line: string) => void): Promise<boolean> {
  const external = await findExternalEngine()
  if (external) print(`✓ engine     ${external.description}`)
  const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })
  let complete = outputs.missing.length === 0
  for (const service of external ? [] : await servicesOf(outputs)) {
    const { id, state, detail } = await service.status()
    print(`${marks[state]} ${id.padEnd(10)} ${detail}`)
    complete &&= state === "up"
  }
  const built = steps.length - outputs.missing.length
  print(
    `${built === steps.length ? "✓" : "·"} built      ${built} of ${steps.length} parts, in ${paths.steps}`,
  )
  for (const id of outputs.missing) print(`·            ${id}: \`up\` makes it`)
  return complete || external !== undefined
}
