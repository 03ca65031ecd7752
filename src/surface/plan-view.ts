import { type Directory, dag, func, object } from "@dagger.io/dagger"

/** What a deployment would do. Nothing has been changed. */
@object()
export class PlanView {
  /** The hash that is approved with `--approve`. Any change of the release, the settings or the cluster changes it. */
  @func()
  hash: string

  /** The plan as canonical JSON: the text that the hash is computed from. */
  @func()
  json: string

  /** The plan as Markdown: steps, changes, warnings, and the hash. */
  @func()
  markdown: string

  constructor(hash: string, json: string, markdown: string) {
    this.hash = hash
    this.json = json
    this.markdown = markdown
  }

  /** plan.md, plan.json and plan.hash of this one plan: what is shown to an approver, and what is approved. */
  @func()
  files(): Directory {
    return dag
      .directory()
      .withNewFile("plan.md", this.markdown)
      .withNewFile("plan.json", this.json)
      .withNewFile("plan.hash", `${this.hash}\n`)
  }
}
