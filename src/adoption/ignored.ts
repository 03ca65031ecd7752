/** Where the CI files and the documentation export reports to. */
const reports = "out/"

/** `.gitignore` with the directory of reports; undefined where it is ignored already. @param text what it has now */
export function withReportsIgnored(text: string | undefined): string | undefined {
  const rules = (text ?? "").split(/\r?\n/).map((line) => line.trim())
  if (rules.some((rule) => /^\/?(?:\*\*\/)?out(?:\/(?:\*\*?)?)?$/.test(rule))) return undefined
  const before = text === undefined || text === "" || text.endsWith("\n") ? (text ?? "") : `${text}\n`
  return `${before}# reports of Signalbox\n/${reports}\n`
}
