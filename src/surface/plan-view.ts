import { func, object } from "@dagger.io/dagger"

/** What a deployment would do. Nothing has been changed. */
@object()
export class PlanView {
  /** The hash that is approved with `--approve`. Any fact that moves changes it. */
  @func()
  hash: string

  /** The plan as canonical JSON: what the hash is made of. */
  @func()
  json: string

  /** The plan for people: steps, changes, warnings, and the hash. */
  @func()
  markdown: string

  constructor(hash: string, json: string, markdown: string) {
    this.hash = hash
    this.json = json
    this.markdown = markdown
  }
}
