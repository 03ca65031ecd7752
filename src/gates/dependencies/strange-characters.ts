/** Forms of lines, of which no package manager writes any of the characters below. */
const lineForms: readonly string[] = [
  ...[
    "yarn.lock",
    "gradle.lockfile",
    "buildscript-gradle.lockfile",
    "Gemfile.lock",
    "gems.locked",
    "mix.lock",
  ],
]
const yamlForms: readonly string[] = ["pnpm-lock.yaml", "pubspec.lock"]

/** Ends of lines to some readers, and to others none. */
const ends = /[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|\r(?!\n)/
const yamlEnds = /[\x85\u2028\u2029\ufeff]|\r(?!\n)/
/** White space to some readers, and to others a part of a name; and what stands for bytes that are no text. */
const blanks = /[\ufeff\u00a0\x1f\ufffd]/

/** A character that the scanner reads in another way than what installs by the file: a package behind it would not be looked up. */
export function strangeCharacters(form: string, text: string): string | undefined {
  if (form === "requirements.txt") return strangeCoding(text) ?? told(ends.exec(text) ?? beforeComments(text))
  if (lineForms.includes(form)) return told(ends.exec(text) ?? blanks.exec(text))
  return yamlForms.includes(form) ? told(yamlEnds.exec(text)) : undefined
}

/** Behind `#`, a space without a break is as people write. */
function beforeComments(text: string): RegExpExecArray | null {
  const found = text.split("\n").map((line) => blanks.exec(line.split("#", 1)[0] ?? ""))
  return found.find((one) => one !== null) ?? null
}

/** pip decodes a file as a comment in its first lines says: in another coding, a comment may hold an end of a line. */
function strangeCoding(text: string): string | undefined {
  const said = text
    .split("\n", 2)
    .map((line) => /^#.*?coding[:=]\s*([-\w.]+)/.exec(line)?.[1])
    .find((coding) => coding !== undefined)
  return said === undefined || /^(?:utf-?8|(?:us-)?ascii)$/i.test(said.replaceAll("_", "-"))
    ? undefined
    : `pip reads it in the coding ${said}, and osv-scanner in UTF-8`
}

function told(found: RegExpExecArray | null): string | undefined {
  if (found === null) return undefined
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")
  return `it has the character U+${code}, which osv-scanner does not read as what installs by it does`
}
