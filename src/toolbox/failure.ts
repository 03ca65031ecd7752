import { SignalboxError } from "../domain/index.ts"

const lastLines = 8
/** From here on npm explains its command, which hides what is wrong. */
const npmUsage = /^npm error (Clean install a project|Usage:)$/

/** What a person needs of an error of the engine: the tool's last words, without traces. */
export function whyFailed(thrown: unknown): string {
  if (thrown instanceof SignalboxError) return thrown.message
  const { stderr, stdout, message } = (thrown ?? {}) as Record<"stderr" | "stdout" | "message", unknown>
  const said = [stderr, stdout, message].find((text) => typeof text === "string" && text.trim() !== "")
  const lines = String(said ?? thrown)
    .replaceAll(/\s*\[traceparent:[^\]]*\]/g, "")
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .trimEnd()
    .split("\n")
  const usage = lines.findIndex((line) => npmUsage.test(line))
  return (usage < 0 ? lines.slice(-lastLines) : npmErrors(lines.slice(0, usage))).join("\n")
}

/** What npm says first: the rest of a long list is of one kind. */
function npmErrors(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => /^npm error +\S/.test(line)).slice(0, lastLines)
}
