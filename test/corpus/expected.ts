import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { z } from "zod"
import { severities } from "../../src/domain/index.ts"

const name = z.string().min(1)

const place = {
  /** Below `tree/`, or another place that a report names (`image:web`): that one has no line. */
  file: name.optional(),
  line: z.int().min(1).optional(),
  /** Part of that line, so that a line that has moved is noticed. */
  text: name.optional(),
}

const finding = {
  gate: name,
  rule: name,
  ...place,
  component: name.optional(),
  /** Part of the finding's own subject. */
  subject: name.optional(),
}

const isPlaced = ({ file, line, text }: { file?: unknown; line?: unknown; text?: unknown }): boolean =>
  (line === undefined) === (text === undefined) && (line === undefined || file !== undefined)
const placed = { message: "a line needs its file and a part of its text, and the other way round" }

const planted = z
  .strictObject({ ...finding, severity: z.enum(severities).optional() })
  .refine(isPlaced, placed)
const also = z.strictObject({ ...finding, why: name }).refine(isPlaced, placed)
const clean = z.strictObject({ gate: name, ...place, file: name, why: name }).refine(isPlaced, placed)

const commit = z.strictObject({
  message: name,
  write: z.record(name, z.string()).default({}),
  remove: z.array(name).default([]),
})

const expectation = z.strictObject({
  schemaVersion: z.literal(1),
  about: name,
  /** Images that the toolchain builds on demand. */
  needs: z.array(name).default([]),
  /** Gates that judge it. */
  gates: z.array(name).min(1),
  planted: z.array(planted).default([]),
  clean: z.array(clean).default([]),
  /** Further findings of what is planted. */
  also: z.array(also).default([]),
  /** Part of what a gate says that could not judge everything, by gate. */
  unjudged: z.record(name, name).default({}),
  joined: z.record(name, z.array(name).min(2)).default({}),
  /** Names in `tree/` of images of the machine's toolbox, by tool. */
  replaced: z.record(name, name).default({}),
  history: z.array(commit).default([]),
})

export type Expectation = Readonly<z.output<typeof expectation>>
export type Planted = Expectation["planted"][number]
export type Clean = Expectation["clean"][number]
export type Also = Expectation["also"][number]

/** A project of the corpus, and what is expected of it. */
export interface CorpusProject extends Expectation {
  readonly name: string
  /** The repository that is judged. */
  readonly tree: string
}

export const corpusRoot = import.meta.dirname

/** @throws Error that names the file and what is wrong with it */
export function parseExpectation(text: string, file: string): Expectation {
  const read = expectation.safeParse(parse(text))
  if (read.success) return read.data
  throw new Error(`${file}: ${z.prettifyError(read.error)}`)
}

/** Names of all projects, in their order. */
export function projectNames(root = corpusRoot): readonly string[] {
  return readdirSync(root)
    .filter((entry) => existsSync(join(root, entry, "corpus.yaml")))
    .sort()
}

/** @throws Error where there is none of this name */
export function readProject(project: string, root = corpusRoot): CorpusProject {
  const file = join(root, project, "corpus.yaml")
  return {
    ...parseExpectation(readFileSync(file, "utf8"), `test/corpus/${project}/corpus.yaml`),
    name: project,
    tree: join(root, project, "tree"),
  }
}
