import { join } from "node:path"
import { network } from "../network.ts"
import { paths } from "../paths.ts"

/** An engine of this machine, and what it takes of all that the machine has only once. */
export interface EngineInstance {
  /** In messages, and the name of its log. */
  readonly id: string
  /** Keeps its state, and what is remembered of its process. */
  readonly directory: string
  /** Where clients reach it. */
  readonly address: string
  /** Name of the control group below which it makes one per container. */
  readonly controlGroup: string
  /** Where its private view of the machine is mounted. */
  readonly view: string
  /** Its own network; without one, it lives in the machine's. */
  readonly link?: EngineLink
}

/** The pair of virtual interfaces between the machine and the network namespace of an engine. */
export interface EngineLink {
  /** Of the machine's end; the other end is `eth0`. */
  readonly interface: string
  readonly hostAddress: string
  readonly engineAddress: string
  readonly prefixLength: number
  readonly port: number
  /** `registry`: the local registry and nothing else. `machine`: whatever the machine reaches, package registries included. */
  readonly reach: Reach
}

export type Reach = "registry" | "machine"

/** The engine that `up` starts: in the machine's network, on a socket. */
export const mainEngine: EngineInstance = {
  id: "engine",
  directory: paths.engine,
  address: `unix://${join(paths.engine, "engine.sock")}`,
  controlGroup: "signalbox-engine",
  view: "/run/signalbox",
}

/** An interface's name has 15 letters at most, and `sb-` comes before ours. */
const possibleName = /^[a-z][a-z0-9]{0,11}$/

/** How many engines can have a network of their own at once: pairs of addresses in 198.18.2.0/24. */
export const slots = 64

/**
 * A further engine beside the main one.
 * @param slot which pair of addresses it has: nobody else of the machine may use it
 * @throws Error for a name that no interface can have
 */
export function engineInstance(name: string, slot: number, reach: Reach): EngineInstance {
  if (!possibleName.test(name))
    throw new Error(`an engine cannot be called ${name}: up to 12 lower case letters and digits`)
  if (!Number.isInteger(slot) || slot < 0 || slot >= slots) throw new Error(`there is no slot ${slot}`)
  const [hostAddress, engineAddress] = [1, 2].map((end) => `${network.engines}.${4 * slot + end}`) as [
    string,
    string,
  ]
  const port = network.enginePort
  return {
    id: `engine-${name}`,
    directory: join(paths.instances, name),
    address: `tcp://${engineAddress}:${port}`,
    controlGroup: `signalbox-engine-${name}`,
    view: `/run/signalbox-${name}`,
    link: { interface: `sb-${name}`, hostAddress, engineAddress, prefixLength: 30, port, reach },
  }
}
