import { SignalboxError } from "../domain/index.ts"

const lastLines = 8
/** What of its last lines tells why a tool failed; null: these are not its. */
export type ReasonIn = (said: readonly string[]) => readonly string[] | null

/**
 * What a person needs of an error of the engine: the tool's last words, without traces.
 * @param reasonIn knows where a tool says why, where that is not at the end. Default: the end.
 */
export function whyFailed(thrown: unknown, reasonIn: ReasonIn = () => null): string {
  if (thrown instanceof SignalboxError) return thrown.message
  const { stderr, stdout, message } = (thrown ?? {}) as Record<"stderr" | "stdout" | "message", unknown>
  const said = [stderr, stdout, message].find((text) => typeof text === "string" && text.trim() !== "")
  const lines = String(said ?? thrown)
    .replaceAll(/\s*\[traceparent:[^\]]*\]/g, "")
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .trimEnd()
    .split("\n")
  return (reasonIn(lines)?.slice(0, lastLines) ?? lines.slice(-lastLines)).join("\n")
}
