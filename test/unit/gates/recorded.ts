import { readFileSync } from "node:fs"

/** What a real tool once wrote. */
export function recorded(path: string): string {
  return readFileSync(new URL(`../../recorded/${path}`, import.meta.url), "utf8")
}

/** Where the recordings' project lay. */
export const backend = { name: "backend", path: "apps/backend", workdir: "/src" }
