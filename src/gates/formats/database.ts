import { z } from "zod"
import { readJson } from "./read.ts"

const metadata = z.object({
  UpdatedAt: z.string().refine((text) => !Number.isNaN(Date.parse(text)), { error: "not a date" }),
  /** Not in Trivy's own databases: what a database of another origin says about itself. */
  Name: z.string().optional(),
  Advisories: z.number().optional(),
})

/** `metadata.json` of an advisory database, in the form of Trivy's. @throws OUTPUT_UNREADABLE */
export function readDatabaseMetadata(text: string): { date: string; name?: string; entries?: number } {
  const { UpdatedAt, Name, Advisories } = readJson("the advisory database (metadata.json)", text, metadata)
  return {
    date: UpdatedAt,
    ...(Name === undefined ? {} : { name: Name }),
    ...(Advisories === undefined ? {} : { entries: Advisories }),
  }
}
