import { parse } from "yaml"
import { SignalboxError } from "../src/domain/index.ts"

/**
 * YAML as plain data, for the few fields that need no schema. Imported lazily: parsing costs start-up time.
 * @param file how errors call it.
 * @throws CONFIG_INVALID for a text that cannot be read, that contains itself, or has a number that JSON does not have: two
 * such policies would have one hash
 */
export function readYaml(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(text, { logLevel: "error" })
    JSON.stringify(value, assertNumber)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  } catch (cause) {
    throw new SignalboxError(
      "CONFIG_INVALID",
      {
        what: `${file} cannot be read`,
        where: file,
        why: (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "",
        next: "correct the file",
      },
      { cause },
    )
  }
}

function assertNumber(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${value} is no number here`)
  return value
}
