import type { z } from "zod"
import { type LedgerEntry, SignalboxError } from "../../domain/index.ts"
import { type ClusterApi, ConflictError, configMapPath, type KubeObject } from "../cluster/index.ts"
import type { StoredJournal } from "./journal.ts"
import { repairHint, type StoredLedger, verifyChain } from "./ledger.ts"
import { journalShape, ledgerShape, newerSchema, parseJson, stateSchema } from "./shape.ts"
import { assertJournalFits, fitJournal, trim } from "./trim.ts"

export const ledgerName = "signalbox-ledger"
export const journalName = "signalbox-journal"

/** A write is tried so often while the API server does not answer it: no operation ends half way for one 503. */
const writeAttempts = 3

/** A value with the version that compare-and-swap needs; null version: it does not exist yet. */
export interface Versioned<T> {
  readonly value: T
  readonly version: string | null
}

export interface StateVersions {
  readonly ledger: string | null
  readonly journal: string | null
}

/**
 * Journal and ledger in ConfigMaps of the environment's namespace, readable with plain kubectl. A write that could not
 * be confirmed is read back; only what is known to be stored lets an operation go on.
 */
export class StateStore {
  readonly #api: ClusterApi
  readonly #namespace: string
  readonly #added: LedgerEntry[] = []
  /** Sequence of the newest entry of the ledger that was read or written last. */
  #newest = 0

  constructor(api: ClusterApi, namespace: string) {
    this.#api = api
    this.#namespace = namespace
  }

  /**
   * The entries that were added through this store, as they were written. Only these are the word of this call: whoever
   * may write to the namespace can add others to the ledger while it runs, under the id of its operation.
   */
  get added(): readonly LedgerEntry[] {
    return this.#added
  }

  /** @throws STATE_DAMAGED when it cannot be read or its chain is broken; STATE_NEWER when it is not for this version. */
  async readLedger(): Promise<Versioned<StoredLedger> | null> {
    const ledger = await this.#read(ledgerName, "ledger.json", ledgerShape)
    if (ledger !== null) verifyChain(ledger.value)
    this.#newest = newestOf(ledger?.value)
    return ledger
  }

  /** In which versions ledger and journal lie there, whatever they hold; null for what is not there. */
  async versions(): Promise<StateVersions> {
    const [ledger, journal] = await Promise.all([this.#version(ledgerName), this.#version(journalName)])
    return { ledger, journal }
  }

  /**
   * Puts a ledger in the place of the version that was lost (null) or cannot be read, in one write: there is always
   * either of them. Its chain must hold. @throws LOCK_LOST when another version lies there now.
   */
  async restoreLedger(ledger: StoredLedger, version: string | null): Promise<void> {
    verifyChain(ledger)
    await this.#writeLedger(ledger, version)
  }

  /** As `restoreLedger`, for a journal; null: there is none to put there, and the damaged one goes away. */
  async restoreJournal(journal: StoredJournal | null, version: string | null): Promise<void> {
    if (journal !== null) await this.writeJournal(journal, version)
    else if ((await this.#version(journalName)) !== version) throw this.#changed(journalName)
    else await this.#api.remove(configMapPath(this.#namespace, journalName))
  }

  /** @throws STATE_DAMAGED when it cannot be read; STATE_NEWER when it is not for this version. */
  readJournal(): Promise<Versioned<StoredJournal> | null> {
    return this.#read(journalName, "journal.json", journalShape)
  }

  async writeLedger(ledger: StoredLedger, version: string | null): Promise<Versioned<StoredLedger>> {
    const known = this.#newest
    const written = await this.#writeLedger(ledger, version)
    this.#added.push(...ledger.entries.filter(({ sequence }) => sequence > known))
    return written
  }

  async #writeLedger(ledger: StoredLedger, version: string | null): Promise<Versioned<StoredLedger>> {
    const written = await this.#write(ledgerName, "ledger.json", trim(ledger), version)
    this.#newest = newestOf(ledger)
    return written
  }

  /** Writes the journal of an operation that begins. @throws POLICY_REFUSED when it could not be written to its end. */
  async beginJournal(journal: StoredJournal, version: string | null): Promise<Versioned<StoredJournal>> {
    assertJournalFits(journal)
    return this.writeJournal(journal, version)
  }

  async writeJournal(journal: StoredJournal, version: string | null): Promise<Versioned<StoredJournal>> {
    return this.#write(journalName, "journal.json", fitJournal(journal), version)
  }

  async #read<T>(name: string, key: string, shape: z.ZodType<T>): Promise<Versioned<T> | null> {
    const object = await this.#api.get(configMapPath(this.#namespace, name))
    if (object === null) return null
    const value = parseJson(dataOf(object)[key] ?? "")
    this.#refuseNewer(name, value)
    const shaped = shape.safeParse(value)
    // The value as it is stored, not as it was parsed: digests cover it.
    if (shaped.success) return { value: value as T, version: object.metadata.resourceVersion ?? null }
    const problem = shaped.error.issues[0]
    throw new SignalboxError("STATE_DAMAGED", {
      what: `ConfigMap ${name} does not hold a ${key} that can be read`,
      where: `namespace ${this.#namespace}`,
      why: value === undefined ? "it is no JSON" : `${problem?.path.join(".") || key}: ${problem?.message}`,
      next: repairHint,
    })
  }

  /** What a newer version wrote is whole: to it, an older one must neither add nor put a copy in its place. */
  #refuseNewer(name: string, value: unknown): void {
    const written = newerSchema(value)
    if (written === null) return
    throw new SignalboxError("STATE_NEWER", {
      what: `ConfigMap ${name} was written by a newer version of Signalbox`,
      where: `namespace ${this.#namespace}`,
      why: `its schemaVersion is ${written}, this version knows ${stateSchema}`,
      next: "call again with the version that wrote it; it is not damaged, and --repair leaves it alone",
    })
  }

  /** Tried again at once where it did not arrive; p-retry knows no third way, which is that it had arrived after all. */
  async #write<T>(name: string, key: string, value: T, version: string | null): Promise<Versioned<T>> {
    const text = JSON.stringify(value)
    const object: KubeObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name,
        namespace: this.#namespace,
        labels: { "app.kubernetes.io/managed-by": "signalbox" },
        ...(version === null ? {} : { resourceVersion: version }),
      },
      data: { [key]: text },
    }
    for (let attempt = 1; ; attempt++) {
      try {
        const stored =
          version === null
            ? await this.#api.create(configMapPath(this.#namespace), object)
            : await this.#api.replace(configMapPath(this.#namespace, name), object)
        return { value, version: stored.metadata.resourceVersion ?? null }
      } catch (error) {
        const confirmed = await this.#confirm(object, key, error)
        if (confirmed !== null) return { value, version: confirmed }
        if (attempt === writeAttempts) throw error
      }
    }
  }

  /**
   * A write may have arrived although its answer did not. Null: it did not, and everything is as it was before, so that
   * it may be tried again.
   */
  async #confirm(wanted: KubeObject, key: string, error: unknown): Promise<string | null> {
    const lost = error instanceof SignalboxError && error.code === "CLUSTER_UNREACHABLE"
    if (!lost && !(error instanceof ConflictError)) throw error
    const { name } = wanted.metadata
    const object = await this.#api.get(configMapPath(this.#namespace, name))
    const version = object?.metadata.resourceVersion
    if (object !== null && version !== undefined && dataOf(object)[key] === dataOf(wanted)[key])
      return version
    if (lost && version === wanted.metadata.resourceVersion) return null
    throw this.#changed(name)
  }

  async #version(name: string): Promise<string | null> {
    const object = await this.#api.get(configMapPath(this.#namespace, name))
    return object?.metadata.resourceVersion ?? null
  }

  #changed(name: string): SignalboxError {
    return new SignalboxError("LOCK_LOST", {
      what: `${name} was changed by another operation`,
      where: `namespace ${this.#namespace}`,
      next: "look at `status`, then call again",
    })
  }
}

function newestOf(ledger: StoredLedger | undefined): number {
  return ledger?.entries.at(-1)?.sequence ?? ledger?.trimmed?.entries ?? 0
}

function dataOf(object: KubeObject): Readonly<Record<string, string>> {
  return (object.data ?? {}) as Readonly<Record<string, string>>
}
