import { parse } from "yaml"

/** YAML as plain data, for the few fields that need no schema. Imported lazily: parsing costs start-up time. */
export function readYaml(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = parse(text)
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}
