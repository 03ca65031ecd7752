import { parse } from "yaml"

/** YAML as plain data, for the few fields that need no schema of their own. Imported when it is needed. */
export function readYaml(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = parse(text)
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}
