import type { Member } from "../../../../src/gates/engine/members.ts"
import { toySettings } from "./settings.ts"

/** The toy's line of a catalogue. */
export const toy: Member = {
  name: "notes",
  title: "Open notes",
  kind: "quality",
  settings: toySettings,
  load: () => import("./gate.ts"),
}
