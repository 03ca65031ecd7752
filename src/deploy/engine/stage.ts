import type { EnvironmentConfig } from "../../config/schema/environment.ts"
import type { Plan, ProgressEvent } from "../../domain/index.ts"
import type { Clock } from "../clock.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { HeldLock } from "../lock/index.ts"
import type { StateStore, StoredJournal, Versioned } from "../state/index.ts"
import type { StepTools } from "../steps/tools.ts"
import type { World } from "../world/index.ts"
import type { Members } from "./catalogue.ts"

export interface Operation {
  readonly plan: Plan
  readonly journal: Versioned<StoredJournal>
  readonly settings: EnvironmentConfig
  readonly evidence: string | null
}

/** What an operation acts through beside the tools of its steps. */
export interface Actions extends StepTools {
  /**
   * Pods, events and logs into the report. Returns the first cause in one line, where one is found.
   * @param baseRevision newest revision before the operation: events from before its own are none of its causes.
   */
  diagnose(baseRevision: number): Promise<string | null>
}

/** What an operation acts through, and the steps and the strategy that it is carried out by. */
export interface Stage extends Members {
  readonly clock: Clock
  readonly lock: Pick<HeldLock, "assertHeld" | "lost">
  readonly store: StateStore
  readonly api: ClusterApi
  readonly actions: Actions
  observe(): Promise<{ readonly world: World; readonly ledgerVersion: string | null }>
  /** What happens, as it happens. */
  tell(event: ProgressEvent): void
}

/** Writes the journal, by compare-and-swap, while the lock is held. */
export async function write(
  stage: Stage,
  journal: StoredJournal,
  version: string | null,
): Promise<Versioned<StoredJournal>> {
  stage.lock.assertHeld()
  return stage.store.writeJournal(journal, version)
}
