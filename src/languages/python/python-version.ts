/** Versions of Python that a project says it runs on: `requires-python` (PEP 440), Poetry's forms, `.python-version`. */

type Numbers = readonly number[]

/** Whether a version is among those that a specifier allows. Null: the specifier cannot be read. */
export function satisfies(version: string, specifier: string): boolean | null {
  const own = numbersOf(version)
  if (own === null) return null
  const results = specifier.split("||").map((part) => allOf(own, part))
  return results.includes(null) ? null : results.includes(true)
}

function allOf(own: Numbers, part: string): boolean | null {
  const clauses = part.split(/[,\s](?=\s*[<>=!~^*\d])/).map((one) => one.trim().replaceAll(/\s+/g, ""))
  const results = clauses.filter((one) => one !== "").map((one) => clause(own, one))
  return results.includes(null) ? null : results.every((one) => one === true)
}

function clause(own: Numbers, text: string): boolean | null {
  if (text === "*") return true
  const [, operator = "==", given = "", wildcard] =
    /^(===?|[<>]=?|!=|~=?|\^)?v?(\d+(?:\.\d+)*)(\.\*)?$/.exec(text) ?? []
  const wanted = numbersOf(given)
  if (wanted === null) return null
  const isBelow = (length: number) => compare(own.slice(0, length), wanted.slice(0, length)) === 0
  switch (operator) {
    case "==":
    case "===":
      return wildcard === undefined ? compare(own, wanted) === 0 : isBelow(wanted.length)
    case "!=":
      return wildcard === undefined ? compare(own, wanted) !== 0 : !isBelow(wanted.length)
    case ">=":
      return compare(own, wanted) >= 0
    case ">":
      return compare(own, wanted) > 0
    case "<=":
      return compare(own, wanted) <= 0
    case "<":
      return compare(own, wanted) < 0
    case "~=":
      return compare(own, wanted) >= 0 && isBelow(wanted.length - 1)
    // Poetry's: the last number that is given may grow, and of `~3` the second.
    case "~":
      return compare(own, wanted) >= 0 && isBelow(Math.min(2, wanted.length))
    case "^":
      return compare(own, wanted) >= 0 && isBelow(1)
    default:
      return null
  }
}

function numbersOf(version: string): Numbers | null {
  const [release] = /^\d+(?:\.\d+)*/.exec(version) ?? []
  return release === undefined ? null : release.split(".").map(Number)
}

function compare(a: Numbers, b: Numbers): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The version that a `.python-version` or a Heroku-style `runtime.txt` names. Null: none, or one of another Python. */
export function namedVersion(text: string): string | null {
  const [first = ""] = text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "")
  return /^(?:cpython[@-]|python-)?(\d+(?:\.\d+){0,2})$/.exec(first)?.[1] ?? null
}

/** `3.11` of `3.11.2`: releases of one such number run each other's code, and each other's packages. */
export function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".")
}
