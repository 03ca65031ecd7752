import type { Session } from "../src/call/index.ts"

/**
 * That the toolbox names another registry than signalbox.yaml, in a sentence; null where it names none, or the same. The
 * toolbox counts: who reads signalbox.yaml looks for images and records in the wrong place.
 */
export async function otherRegistry(session: Session): Promise<string | null> {
  const [{ registry: own }, { registry: counts }] = await Promise.all([session.config(), session.toolbox()])
  if (counts === undefined || counts === own) return null
  return `the registry is ${counts} of the toolbox, and not ${own} of signalbox.yaml`
}
