import { engineStatus, findExternalEngine, knownInstances } from "../engine/index.ts"
import { debianChanges } from "../images/index.ts"
import { clusterOf, registryOf, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps, type ServiceStatus } from "../steps/index.ts"

const marks = { up: "✓", down: "·", broken: "✗" }

/**
 * Prints what runs and what would have to be built.
 * @returns whether everything that `up` starts is up; the cluster has its own `up`
 */
export async function status(print: (line: string) => void): Promise<boolean> {
  const show = ({ id, state, detail }: ServiceStatus) => print(`${marks[state]} ${id.padEnd(10)} ${detail}`)
  const external = await findExternalEngine()
  if (external) {
    show({ id: "engine", state: "up", detail: external.description })
    return true
  }
  const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })
  const services = await Promise.all([registryOf(outputs).status(), engineStatus()])
  for (const service of services) show(service)
  for (const instance of await knownInstances()) show(await engineStatus(instance))
  show(await clusterOf(outputs).status())
  const built = steps.length - outputs.missing.length
  const state = outputs.missing.length === 0 ? "up" : "down"
  show({ id: "built", state, detail: `${built} of ${steps.length} parts, in ${paths.steps}` })
  for (const id of outputs.missing) print(`             ${id} is missing: \`up\` makes it`)
  const changes = await debianChanges(steps, outputs)
  if (changes) print(`             ${changes}`)
  return state === "up" && services.every((service) => service.state === "up")
}
