/** All languages: the only file that names them. It loads every schema, and a language only when a component has it. */
import { z } from "zod"
import { SignalboxError } from "../domain/errors.ts"
import { component as dockerfile } from "./dockerfile/schema.ts"
import { component as image } from "./image/schema.ts"
import type { Language } from "./language.ts"
import { component as node } from "./node/schema.ts"

/** A language as the catalogue lists it. */
interface CatalogueEntry {
  /** Value of `language:` of a component. */
  readonly name: string
  /** Schema of a component in `signalbox.yaml` with this `language`. */
  readonly schema: z.ZodType
  /** Imports the module that exports the language as `language`. */
  readonly load: () => Promise<{ readonly language: Language }>
}

export const catalogue = [
  { name: "node", schema: node, load: () => import("./node/index.ts") },
  { name: "dockerfile", schema: dockerfile, load: () => import("./dockerfile/index.ts") },
  { name: "image", schema: image, load: () => import("./image/index.ts") },
] as const satisfies readonly CatalogueEntry[]

type Schemas<E extends readonly { readonly schema: unknown }[]> = {
  -readonly [K in keyof E]: E[K]["schema"]
}

const schemas = catalogue.map(({ schema }) => schema) as Schemas<typeof catalogue>

/** A deployable part of the application: one image. */
export const component = z
  .discriminatedUnion("language", schemas)
  .describe("One deployable part of the application: one image, built here or elsewhere.")

export type Component = z.infer<typeof component>

/** The language that a component is written in. */
export async function languageOf({ language: wanted }: Pick<Component, "language">): Promise<Language> {
  const entry = catalogue.find(({ name }) => name === wanted)
  // The schema of components accepts no other names.
  if (entry === undefined) throw new SignalboxError("INTERNAL", { what: `there is no language ${wanted}` })
  return (await entry.load()).language
}
