import type { ClusterApi, KubeObject } from "../../../../src/deploy/cluster/index.ts"
import type { Process } from "./interleaving.ts"
import type { MemoryApi } from "./memory-api.ts"

/** Hears what a process asks of the API server: when it asks, when that takes effect, and when it gets the answer. */
export interface Witness {
  asks(write: boolean, path: string): void
  takesEffect(write: boolean, path: string): void
  hears(path: string, object: KubeObject | null): void
}

/** The API server as a process reaches it: others may act, and time may pass, before and after each request arrives. */
export class RemoteApi implements ClusterApi {
  readonly #api: MemoryApi
  readonly #process: Process
  readonly #witness: Witness

  constructor(api: MemoryApi, process: Process, witness: Witness) {
    this.#api = api
    this.#process = process
    this.#witness = witness
  }

  async get(path: string): Promise<KubeObject | null> {
    const object = await this.#ask(false, path, () => this.#api.get(path))
    this.#witness.hears(path, object)
    return object
  }

  list(path: string, labelSelector?: string): Promise<readonly KubeObject[]> {
    return this.#ask(false, path, () => this.#api.list(path, labelSelector))
  }

  create(collection: string, object: KubeObject): Promise<KubeObject> {
    return this.#write(`${collection}/${object.metadata.name}`, () => this.#api.create(collection, object))
  }

  replace(path: string, object: KubeObject): Promise<KubeObject> {
    return this.#write(path, () => this.#api.replace(path, object))
  }

  remove(path: string): Promise<boolean> {
    return this.#ask(true, path, () => this.#api.remove(path))
  }

  text(path: string): Promise<string | null> {
    return this.#api.text(path)
  }

  json(path: string) {
    return this.#api.json(path)
  }

  dryRun() {
    return this.#api.dryRun()
  }

  async #write(path: string, act: () => Promise<KubeObject>): Promise<KubeObject> {
    const stored = await this.#ask(true, path, act)
    this.#witness.hears(path, stored)
    return stored
  }

  async #ask<T>(write: boolean, path: string, act: () => Promise<T>): Promise<T> {
    this.#witness.asks(write, path)
    await this.#process.turn(true)
    let answer: () => T
    try {
      const value = await act()
      this.#witness.takesEffect(write, path)
      answer = () => value
    } catch (error) {
      answer = () => {
        throw error
      }
    }
    await this.#process.turn(false)
    return answer()
  }
}
