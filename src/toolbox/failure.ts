import { SignalboxError } from "../domain/index.ts"

const lastLines = 8
/** Selects the lines of output that state why a tool failed; null where they are not output of that tool. */
export type ReasonIn = (lines: readonly string[]) => readonly string[] | null

/**
 * The cause of an engine error for its reader: the tool's last lines of output, without traces.
 * @param reasonIn selects the cause where it is not at the end. Default: the last lines.
 */
export function whyFailed(thrown: unknown, reasonIn: ReasonIn = () => null): string {
  if (thrown instanceof SignalboxError) return thrown.message
  const { stderr, stdout, message } = (thrown ?? {}) as Record<"stderr" | "stdout" | "message", unknown>
  const output = [stderr, stdout, message].find((text) => typeof text === "string" && text.trim() !== "")
  const lines = String(output ?? thrown)
    .replaceAll(/\s*\[traceparent:[^\]]*\]/g, "")
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .trimEnd()
    .split("\n")
  return (reasonIn(lines)?.slice(0, lastLines) ?? lines.slice(-lastLines)).join("\n")
}
