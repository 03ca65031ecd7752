import { isMap, isScalar, parseDocument } from "yaml"
import { z } from "zod"
import type { TreeFiles } from "../engine/tree-tool/exec.ts"

/** What find.ts prints. */
export const foundWorkflows = z.object({
  workflows: z.array(z.string()).readonly(),
  actions: z
    .array(z.object({ file: z.string(), text: z.string().optional(), names: z.array(z.string()).readonly() }))
    .readonly(),
  notLooked: z
    .array(z.object({ file: z.string(), why: z.string(), refuses: z.boolean().optional() }))
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
  const { workflows } = found
  const actions = found.actions.filter(({ file, text }) => isAction(file, text))
  const known = actions.filter(({ file }) => /(?:^|\/)action\.ya?ml$/.test(file))
  const others = found.actions.filter((one) => !actions.includes(one))
  const capitals = actions.filter((one) => !known.includes(one))
  const names = known.map(({ file }) => file)
  const notLooked = [
    ...found.notLooked,
    ...others.map(({ file }) => ({ file, why: "it is called like an action, and has no `runs`" })),
    ...capitals.map(({ file }) => ({
      ...{ file, why: "no linter knows it by its name: call it action.yml" },
      refuses: true,
    })),
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

/** In doubt it is one: then the tools say why they cannot read it. */
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
