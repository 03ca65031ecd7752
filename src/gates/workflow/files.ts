import { posix } from "node:path"
import { isMap, isScalar, parseDocument } from "yaml"
import { z } from "zod"
import type { TreeFiles } from "../engine/tree-tool/exec.ts"
import type { NotLooked } from "../engine/tree-tool/read.ts"
import { type LocalCall, localCalls } from "./calls.ts"

/** What find.ts prints. */
export const foundWorkflows = z.object({
  workflows: z.array(z.object({ file: z.string(), text: z.string().optional() })).readonly(),
  actions: z
    .array(
      z.object({
        ...{ file: z.string(), code: z.string(), text: z.string().optional() },
        names: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  links: z.array(z.object({ file: z.string(), target: z.string() })).readonly(),
  notLooked: z
    .array(
      z.object({
        ...{ file: z.string(), why: z.string(), refuses: z.boolean().optional() },
        code: z.string().optional(),
      }),
    )
    .readonly(),
})

type Found = z.output<typeof foundWorkflows>

/** The files for each of both tools. */
interface WorkflowFiles {
  readonly actionlint: TreeFiles & { readonly placeholders: readonly string[] }
  readonly zizmor: TreeFiles
  /** Whether there is anything to judge, or to tell. */
  readonly isAny: boolean
}

/**
 * actionlint judges workflows, and looks for what the actions of the tree that they call are made of; zizmor judges both. A file that
 * is only called like an action is named.
 */
export function filesOf(found: Found): WorkflowFiles {
  const workflows = found.workflows.map(({ file }) => file)
  const actions = found.actions.filter(({ file, text }) => isAction(file, text))
  const known = actions.filter(({ file }) => /(?:^|\/)action\.ya?ml$/.test(file))
  const others = found.actions.filter((one) => !actions.includes(one))
  const capitals = actions.filter((one) => !known.includes(one))
  const names = known.map(({ file }) => file)
  const notLooked = [
    ...found.notLooked,
    ...others.map(({ file }) => ({ file, why: "it is called like an action, and has no `runs`" })),
    ...capitals.map(({ file, code }) => ({
      ...{ file, code, why: "no linter knows it by its name: call it action.yml" },
      refuses: true,
    })),
    ...callsAstray(found, new Set([...workflows, ...names])),
  ]
  return {
    actionlint: {
      files: workflows,
      beside: names,
      placeholders: [".git", ...new Set(known.flatMap((one) => one.names))],
      notLooked: [],
    },
    zizmor: { files: [...workflows, ...names].sort(), notLooked },
    isAny: workflows.length + names.length + notLooked.length > 0,
  }
}

/** Calls of what was not judged: a Dockerfile alone, what is not in the tree, or what a step puts there. Neither tool has a word of them. */
function callsAstray(found: Found, judged: ReadonlySet<string>): readonly NotLooked[] {
  const texts = [...found.workflows, ...found.actions].filter(({ file }) => judged.has(file))
  return texts.flatMap(({ file, text = "" }) =>
    localCalls(text)
      .filter((call) => !isJudged(call, found.links, judged))
      .map(({ uses, line }) => {
        const what = isWorkflow(uses) ? "a workflow" : "an action"
        return {
          file,
          line,
          why: `it calls ${uses}, which is not in the tree as ${what} that was judged`,
          refuses: true,
        }
      }),
  )
}

const isWorkflow = (place: string): boolean => /\.ya?ml$/.test(place)

function isJudged({ places }: LocalCall, links: Found["links"], judged: ReadonlySet<string>): boolean {
  const files = places.flatMap((place) =>
    isWorkflow(place) ? [place] : ["action.yml", "action.yaml"].map((name) => posix.join(place, name)),
  )
  return files.some((file) => judged.has(file) || judged.has(behindLinks(file, links)))
}

/** Where a path leads: a link on the way stands for what it leads to. */
function behindLinks(file: string, links: Found["links"]): string {
  const link = links.find((one) => file === one.file || file.startsWith(`${one.file}/`))
  return link === undefined ? file : posix.join(link.target, file.slice(link.file.length))
}

/** Where it is not clear, it is one: then the tools say why they cannot read it. */
function isAction(file: string, text: string | undefined): boolean {
  if (text === undefined || !file.includes("/") || file.startsWith(".github/")) return true
  try {
    const { contents, errors } = parseDocument(text, { uniqueKeys: false })
    if (errors.length > 0) return true
    // What a key stands for is known of plain ones alone.
    const mayBeRuns = (key: unknown) => !isScalar(key) || key.value === "runs" || key.value === "<<"
    return isMap(contents) && contents.items.some(({ key }) => mayBeRuns(key))
  } catch {
    return true
  }
}
