import { SignalboxError } from "../domain/index.ts"

const lastLines = 8

/** What a person needs of an error of the engine: the tool's last words, without traces. */
export function whyFailed(thrown: unknown): string {
  if (thrown instanceof SignalboxError) return thrown.message
  const { stderr, stdout, message } = (thrown ?? {}) as Record<"stderr" | "stdout" | "message", unknown>
  const said = [stderr, stdout, message].find((text) => typeof text === "string" && text.trim() !== "")
  return String(said ?? thrown)
    .replaceAll(/\s*\[traceparent:[^\]]*\]/g, "")
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .trimEnd()
    .split("\n")
    .slice(-lastLines)
    .join("\n")
}
