import type { Assumed } from "./detected.ts"

/** Settings as a mapping of `signalbox.yaml` has them: `scripts.build` is a key of the mapping `scripts`. */
export function settingsOf(settings: readonly Pick<Assumed, "setting" | "value">[]): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const { setting, value } of settings) {
    const [key = "", inner] = setting.split(".")
    if (inner === undefined) all[key] = value
    else all[key] = { ...(all[key] as Record<string, unknown> | undefined), [inner]: value }
  }
  return all
}
