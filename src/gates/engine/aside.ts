import { posix } from "node:path"
import type { SignalboxConfig } from "../../config/index.ts"
import type { ToolFinding } from "../../domain/index.ts"
import { type Aside, directoryOf } from "../../languages/index.ts"
import type { Judgement } from "../gate.ts"
import type { ComponentRun } from "./component-check.ts"

/** The manifests of those that are no component by themselves: what is one is judged as such. */
export function asideOf({ aside = [] }: Aside, { components }: SignalboxConfig): readonly string[] {
  const judged = new Set(Object.values(components).map((one) => posix.normalize(directoryOf(one))))
  return aside.filter((manifest) => !judged.has(posix.dirname(manifest)))
}

/** Why a check does not apply to a component, with what it is built with that has such a check. */
export function whyNot(found: { readonly notApplicable: string } & Aside, config: SignalboxConfig): string {
  const aside = asideOf(found, config)
  if (aside.length === 0) return found.notApplicable
  return `${found.notApplicable}; not looked at: ${directories(aside)}, which it is built with`
}

/** Tells of each of them: its code is in the image, and nobody has judged it. */
export function withAside(judgement: Judgement, { name, run }: ComponentRun): Judgement {
  const aside = "undetermined" in run ? [] : (run.check.aside ?? [])
  if (aside.length === 0) return judgement
  const findings = aside.map(
    (manifest): ToolFinding => ({
      rule: "not-looked-at",
      severity: "info",
      message: `not looked at: ${posix.dirname(manifest)}, which ${name} is built with`,
      location: { file: manifest },
      component: name,
      subject: manifest,
    }),
  )
  return {
    ...judgement,
    findings: [...judgement.findings, ...findings],
    summary: `${judgement.summary}, not looked at: ${directories(aside)}`,
  }
}

const directories = (manifests: readonly string[]): string =>
  manifests.map((file) => posix.dirname(file)).join(", ")
