import { type GateContextName, gateContexts } from "../domain/gate-result.ts"
import { type Checked, checkDocument, resultOf } from "./document.ts"
import type { Problem } from "./problem.ts"
import { checkReference, conflict, keysAt, textsAt } from "./reference.ts"
import { type SignalboxConfig, signalboxSchema } from "./schema/signalbox.ts"
import { readSource, type Source } from "./source.ts"
import { defaultRefs } from "./target.ts"
import { valueAt } from "./zod-problems.ts"

/** Reads and checks the text of signalbox.yaml; `file` is how errors call it. Never throws. */
export function checkConfig(text: string, file: string): Checked<SignalboxConfig> {
  const { source, value, problems } = checkDocument(text, file, signalboxSchema, [
    refsNameEnvironments,
    overridesNameApprovers,
    stackNamesComponents,
  ])
  if (value === undefined) return { source, problems }
  const { protectedBranch = "main", ...rest } = value
  const refs = value.refs ?? defaultRefs.filter((rule) => value.environments.includes(rule.environment))
  const protectedBranches = value.protectedBranches ?? [protectedBranch]
  return { source, problems, value: { ...rest, refs, protectedBranches } }
}

/** @throws CONFIG_INVALID with every problem in the text. */
export function parseConfig(text: string, file: string): SignalboxConfig {
  return resultOf(checkConfig(text, file))
}

/** Contexts for which the text itself lists `gates.required`; for the others the default holds. */
export function listedContexts(text: string): readonly GateContextName[] {
  const { value } = readSource(text, "signalbox.yaml")
  return gateContexts.filter((context) => valueAt(value, ["gates", "required", context]) !== undefined)
}

function refsNameEnvironments(source: Source): readonly Problem[] {
  const rules = valueAt(source.value, ["refs"])
  if (!Array.isArray(rules)) return []
  const names = textsAt(source, ["environments"])
  return rules.flatMap((_, index) =>
    checkReference(source, ["refs", index, "environment"], "environment", names),
  )
}

/** Only this file names approvers: a shared policy adds none. */
function overridesNameApprovers(source: Source): readonly Problem[] {
  const listed = valueAt(source.value, ["approvers"])
  const names = (Array.isArray(listed) ? listed : []).flatMap((_, index) => {
    const name = valueAt(source.value, ["approvers", index, "name"])
    return typeof name === "string" ? [name] : []
  })
  return textsAt(source, ["overrides", "approvers"]).flatMap((_, index) =>
    checkReference(source, ["overrides", "approvers", index], "approver", names),
  )
}

/** A service that has a component's name, and is another one, would be started in its place. */
function stackNamesComponents(source: Source): readonly Problem[] {
  const components = keysAt(source, ["components"])
  return keysAt(source, ["stack"]).flatMap((name) => {
    const path = ["stack", name]
    const named =
      valueAt(source.value, [...path, "kind"]) === "component" ? [...path, "component"] : undefined
    const unknown = named === undefined ? [] : checkReference(source, named, "component", components)
    const isAnother =
      components.includes(name) && (named === undefined || valueAt(source.value, named) !== name)
    return isAnother
      ? [
          ...unknown,
          conflict(source, path, `another name: ${name} is a component, and this is another service`),
        ]
      : unknown
  })
}
