import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml"

/** A line that a CI file runs, and whether it runs whatever came before it. */
export interface Line {
  readonly job: string
  readonly text: string
  readonly always: boolean
}

const call = /^dagger call( [A-Za-z0-9_%+=:,./@-]+| "\$[A-Z_]+")+$/
const handOver =
  /^(dagger call .* --path (\S+)) && cat \2\/plan\.md && echo "hash=\$\(cat \2\/plan\.hash\)" >> "\$GITHUB_OUTPUT"$/

/** The pipeline call in a line of shell. @throws for any other shell: the files must hold no logic. */
export function pipelineCall(text: string): string {
  const inner = handOver.exec(text)?.[1] ?? text
  if (!call.test(inner)) throw new Error(`not a pipeline call: ${text}`)
  return inner
}

/** Every `run:` of a workflow, in order; read from the YAML, not from the generator. */
export function workflowLines(text: string): readonly Line[] {
  const jobs = parseDocument(text).get("jobs")
  if (!isMap(jobs)) throw new Error("the workflow has no jobs")
  return jobs.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !isMap(value)) return []
    const steps = value.get("steps")
    if (!isSeq(steps)) return []
    return steps.items.flatMap((step) => {
      const run = (step as YAMLMap).get("run")
      const condition = String((step as YAMLMap).get("if") ?? "")
      return typeof run === "string"
        ? [{ job: String(key.value), text: run, always: condition === "always()" }]
        : []
    })
  })
}

const shellStep = /\bsh(?:\(script:)?\s*'((?:[^'\\]|\\.)*)'/g

/**
 * Every `sh` of a Jenkinsfile. @throws when something looks like a shell step and is not a quoted constant: a
 * double-quoted one would let Groovy put text into the line.
 */
export function jenkinsLines(text: string): readonly Line[] {
  const code = text.replace(/^\s*\/\/.*$/gm, "")
  const found = [...code.matchAll(shellStep)].map((match): Line => {
    const before = code.slice(0, match.index)
    const stage = [...before.matchAll(/stage\('([^']+)'\)/g)].at(-1)?.[1] ?? ""
    const inPost = before.lastIndexOf("always {") > before.lastIndexOf("stage('")
    return { job: stage, text: (match[1] ?? "").replace(/\\(.)/g, "$1"), always: inPost }
  })
  const all = [...code.matchAll(/\b(?:sh|bat|powershell|pwsh)\b\s*[('"{]/g)]
  if (all.length !== found.length) throw new Error("a shell step that is no constant line")
  return found
}
