import { nearest } from "../domain/nearest.ts"
import { type Problem, show } from "./problem.ts"
import type { Path, Source } from "./source.ts"
import { formatPath, valueAt } from "./zod-problems.ts"

/**
 * A name that must be one of those defined elsewhere. Works on the raw document, so that references are judged even
 * where the schema found something else wrong; the schema reports values of another type.
 */
export function checkReference(
  source: Source,
  path: Path,
  what: string,
  names: readonly string[],
): readonly Problem[] {
  const value = valueAt(source.value, path)
  if (typeof value !== "string" || names.includes(value)) return []
  const found = nearest(value, names)
  return [
    {
      file: source.file,
      ...source.at(path),
      path: formatPath(path),
      message: `there is no ${what} ${show(value)}`,
      seen: show(value),
      allowed: [...new Set(names)],
      ...(found === undefined ? {} : { nearest: found }),
    },
  ]
}

/** The texts in a list of the raw document; the schema reports anything else in it. */
export function textsAt(source: Source, path: Path): readonly string[] {
  const value = valueAt(source.value, path)
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : []
}

export function keysAt(source: Source, path: Path): readonly string[] {
  const value = valueAt(source.value, path)
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : []
}

/**
 * A rule between several values of one document.
 * @param fallback the value that holds where the document has none: its reader finds it nowhere else.
 */
export function conflict(source: Source, path: Path, allowed: string, fallback?: string): Problem {
  const value = valueAt(source.value, path)
  const actual = value === undefined && fallback !== undefined ? `the default ${show(fallback)}` : show(value)
  const message = `${actual} contradicts another setting`
  return {
    file: source.file,
    ...source.at(path),
    path: formatPath(path),
    message,
    seen: actual,
    allowed: [allowed],
  }
}
