const lastLines = 15

/** What a command said last, to be added to an error: on stderr, else on stdout. Empty where it said nothing. */
export function lastOutput(files: Readonly<Record<string, string>>): string {
  const output = [files["stderr.txt"], files["stdout.txt"]].find(
    (text) => text !== undefined && text.trim() !== "",
  )
  return output === undefined ? "" : `: ${output.trim().split("\n").slice(-lastLines).join(" | ")}`
}
