import { type Checked, checkDocument, resultOf } from "./document.ts"
import type { Problem } from "./problem.ts"
import type { SharedPolicy } from "./schema/policy.ts"
import type { Source } from "./source.ts"
import { valueAt } from "./zod-problems.ts"

/** Reads and checks the text of a shared policy; `file` is how errors call it: its path, or its reference. */
export async function checkSharedPolicy(text: string, file: string): Promise<Checked<SharedPolicy>> {
  const { sharedPolicySchema } = await import("./schema/policy.ts")
  const { source, value, problems } = checkDocument(text, file, sharedPolicySchema, [])
  const chain = extendsNothing(source)
  if (chain.length === 0) return value === undefined ? { source, problems } : { source, value, problems }
  // The schema knows no such key, and would only say that.
  return {
    source,
    problems: [...chain, ...problems.filter(({ path, seen }) => path !== "" || seen !== '"extends"')],
  }
}

/** @throws CONFIG_INVALID with every problem in the text. */
export async function parseSharedPolicy(text: string, file: string): Promise<SharedPolicy> {
  return resultOf(await checkSharedPolicy(text, file))
}

/** A chain would let whoever publishes one policy change all that follow from it, by a digest that no repository names. */
function extendsNothing(source: Source): readonly Problem[] {
  if (valueAt(source.value, ["extends"]) === undefined) return []
  const message = "a shared policy extends no other one: publish one file with the rules of both"
  return [{ file: source.file, ...source.atKey(["extends"]), path: "extends", message }]
}
