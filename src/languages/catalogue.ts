/** All languages: the only file that names them. It loads every schema, and a language only when a component has it. */
import { z } from "zod"
import { SignalboxError } from "../domain/errors.ts"
import { component as dockerfile } from "./dockerfile/schema.ts"
import { component as go } from "./go/schema.ts"
import { component as image } from "./image/schema.ts"
import { component as java } from "./java/schema.ts"
import type { Language } from "./language.ts"
import { component as node } from "./node/schema.ts"
import { component as python } from "./python/schema.ts"
import { component as rust } from "./rust/schema.ts"

/** A language as the catalogue lists it. */
interface CatalogueEntry {
  /** Value of `language:` of a component. */
  readonly name: string
  /** Schema of a component in `signalbox.yaml` with this `language`. */
  readonly schema: z.ZodType
  /** Tools that it adds to `toolbox.yaml`, by name, each with what it is for. */
  readonly tools?: Readonly<Record<string, string>>
  /** Imports the module that exports the language as `language`. */
  readonly load: () => Promise<{ readonly language: Language }>
}

export const catalogue = [
  { name: "node", schema: node, load: () => import("./node/index.ts") },
  {
    name: "python",
    schema: python,
    tools: {
      python: "Python with pip, venv and a compiler: installs, builds and checks components in Python.",
      pythonSlim:
        "Python of the same version without a compiler: what components in Python run on. Default: python.",
    },
    load: () => import("./python/index.ts"),
  },
  {
    name: "go",
    schema: go,
    tools: { go: "Go: components in Go are checked and compiled in it." },
    load: () => import("./go/index.ts"),
  },
  {
    name: "rust",
    schema: rust,
    tools: { rust: "Rust with Cargo: components in Rust are checked and compiled in it." },
    load: () => import("./rust/index.ts"),
  },
  {
    name: "java",
    schema: java,
    tools: {
      maven: "A JDK with Maven: builds and gates of services on the JVM; JAVA_HOME names the JDK.",
      javaBase:
        "What a Java runtime needs of a system: glibc and zlib. Services on the JVM run on it. Default: maven.",
    },
    load: () => import("./java/index.ts"),
  },
  { name: "dockerfile", schema: dockerfile, load: () => import("./dockerfile/index.ts") },
  { name: "image", schema: image, load: () => import("./image/index.ts") },
] as const satisfies readonly CatalogueEntry[]

type Tools = Extract<(typeof catalogue)[number], { tools: object }>["tools"]
/** Tools that languages add, by their name in toolbox.yaml. */
export type LanguageToolName = Tools extends infer T ? (T extends T ? keyof T : never) : never

/** What each tool that a language adds is for. */
export const languageTools: Readonly<Record<LanguageToolName, string>> = Object.assign(
  {},
  ...catalogue.map((one) => ("tools" in one ? one.tools : {})),
)

type Schemas<E extends readonly { readonly schema: unknown }[]> = {
  -readonly [K in keyof E]: E[K]["schema"]
}

const schemas = catalogue.map(({ schema }) => schema) as Schemas<typeof catalogue>

/** A deployable part of the application: one image. */
export const component = z
  .discriminatedUnion("language", schemas)
  .describe("One deployable part of the application: one image, built here or elsewhere.")

export type Component = z.infer<typeof component>

/** What of a component says who builds and who checks it. */
interface Named extends Pick<Component, "language"> {
  readonly checkedAs?: string | undefined
}

/** The language that a component is written in; where another one checks what its Dockerfile builds, both. */
export async function languageOf({ language: wanted, checkedAs: checker }: Named): Promise<Language> {
  const own = entryNamed(wanted)
  // The schema of components accepts no other names.
  if (own === undefined) throw new SignalboxError("INTERNAL", { what: `there is no language ${wanted}` })
  const { language } = await own.load()
  if (checker === undefined) return language
  const other = entryNamed(checker)
  if (other === undefined || other === own) throw noChecker(checker, own.name)
  const { checkedAs } = await import("./checked-as.ts")
  return checkedAs(language, { language: (await other.load()).language, schema: other.schema })
}

function entryNamed(wanted: string): CatalogueEntry | undefined {
  return catalogue.find(({ name }) => name === wanted)
}

function noChecker(wanted: string, own: string): SignalboxError {
  const others = catalogue.filter(({ name }) => name !== own).map(({ name }) => name)
  return new SignalboxError("CONFIG_INVALID", {
    what: `there is no language ${JSON.stringify(wanted)} to check a component as`,
    where: "signalbox.yaml: checkedAs",
    next: `name one of them: ${others.join(", ")}`,
  })
}
