import { SignalboxError } from "../domain/index.ts"

const lastLines = 8
/** Selects the lines of output that state why a tool failed; null where they are not output of that tool. */
export type ReasonIn = (lines: readonly string[]) => readonly string[] | null

/** Package managers warn on stderr of what is beside the point, while the cause is on stdout. */
function isWarning(text: string): boolean {
  return text.split("\n").every((line) => line.trim() === "" || /^\s*(?:npm )?warn(?:ing)?\b/i.test(line))
}

/**
 * The cause of an engine error for its reader: the tool's last lines of output, without traces.
 * @param reasonIn selects the cause where it is not at the end. Default: the last lines.
 */
export function whyFailed(thrown: unknown, reasonIn: ReasonIn = () => null): string {
  if (thrown instanceof SignalboxError) return thrown.message
  const { stderr, stdout, message } = (thrown ?? {}) as Record<"stderr" | "stdout" | "message", unknown>
  const said = [stderr, stdout, message].filter(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  )
  const output = said.find((text) => !isWarning(text)) ?? said[0]
  const lines = String(output ?? thrown)
    .replaceAll(/\s*\[traceparent:[^\]]*\]/g, "")
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .trimEnd()
    .split("\n")
  return (reasonIn(lines)?.slice(0, lastLines) ?? lines.slice(-lastLines)).join("\n")
}
