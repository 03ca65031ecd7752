/** All languages: the only file that names them. A schema is loaded with it, a member when a component is of it. */
import { z } from "zod"
import { component as dockerfile } from "./dockerfile/schema.ts"
import { component as image } from "./image/schema.ts"
import type { ComponentBase, Language } from "./language.ts"
import { component as node } from "./node/schema.ts"

/** A deployable part of the application: one image. */
export const component = z
  .discriminatedUnion("language", [node, dockerfile, image])
  .describe("One deployable part of the application, built into one image.")

export type Component = z.infer<typeof component>

const members: {
  readonly [L in Component["language"]]: () => Promise<Language<Extract<Component, { language: L }>>>
} = {
  dockerfile: async () => (await import("./dockerfile/index.ts")).dockerfile,
  image: async () => (await import("./image/index.ts")).image,
  node: async () => (await import("./node/index.ts")).node,
}

/** The language that a component is written in. */
export function languageOf(of: Component): Promise<Language> {
  // A member takes the components of its own schema: the union has told them apart by their language.
  return members[of.language]() as Promise<Language<ComponentBase>>
}
