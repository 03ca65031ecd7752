import { isMap, isPair, isScalar, isSeq, parseAllDocuments, type Scalar } from "yaml"
import type { ToolFinding } from "../domain/index.ts"

/** Keys below which scalars become texts: `env`, `extraEnv`, `environment`. */
const ofEnvironment = /env$|^environment$/i

/**
 * Values of environment variables that reach the container in another form than they are written in: Helm reads them by YAML
 * 1.1 as numbers and booleans, and writes `1.10` as 1.1, `0755` as 493, `yes` as true. Numbers from a million on are found in
 * what is rendered.
 */
export function envFormFindings(text: string, file: string): readonly ToolFinding[] {
  return parseAllDocuments(text, { version: "1.1", logLevel: "silent" }).flatMap(({ contents }) =>
    scalarsIn(contents, [], false).flatMap(({ path, scalar }) => {
      const written = writtenAs(scalar)
      if (written === null) return []
      const place = path.join(".")
      return [
        {
          rule: "number-form",
          severity: "high" as const,
          message: `${place} is ${scalar.source}, and the container gets ${written}`,
          location: { file },
          fix: "put it in quotes",
          subject: place,
        },
      ]
    }),
  )
}

interface Found {
  readonly path: readonly string[]
  readonly scalar: Scalar
}

function scalarsIn(node: unknown, path: readonly string[], isEnv: boolean): readonly Found[] {
  if (isMap(node))
    return node.items.flatMap((pair) => {
      if (!isPair(pair)) return []
      const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : ""
      return scalarsIn(pair.value, [...path, key], isEnv || ofEnvironment.test(key))
    })
  if (isSeq(node))
    return node.items.flatMap((item, index) => scalarsIn(item, [...path, String(index)], isEnv))
  return isEnv && isScalar(node) ? [{ path, scalar: node }] : []
}

/** How Helm writes a plain scalar as text, where that is another form; null where it is the same, or no number or boolean. */
function writtenAs({ value, source = "", type }: Scalar): string | null {
  if (type !== "PLAIN") return null
  if (typeof value === "boolean") return source === String(value) ? null : String(value)
  if (typeof value !== "number" || Math.abs(value) >= 1e6) return null
  const text = value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential() : String(value)
  return text === source ? null : text
}
