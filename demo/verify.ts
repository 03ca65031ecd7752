import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { examples } from "./examples.ts"
import { type DigestRule, expectations } from "./expected.ts"
import type { StepId } from "./steps.ts"
import { type StepSummary, type Summary, summarySchema, verdictOf } from "./summary.ts"

/** Every difference between a finished demo and the expectations; empty when there is none. */
export async function verifyDemo(directory: string): Promise<readonly string[]> {
  const summary = summarySchema.parse(JSON.parse(await readFile(join(directory, "summary.json"), "utf8")))
  const problems = examples[summary.example].steps.flatMap((id) => {
    const [step, second] = summary.steps.filter((one) => one.id === id)
    if (step === undefined) return [`${id}: did not run`]
    const twice = second === undefined ? [] : [`${id}: is listed twice`]
    return [...twice, ...checkExits(step), ...checkDigests(step, summary)]
  })
  const files = await Promise.all(summary.steps.map((step) => checkFiles(directory, step)))
  return [...problems, ...files.flat()]
}

/** Differences between a step's exit codes and verdict and its expectations. */
export function checkExits(step: StepSummary): string[] {
  const { exitCodes, deciding } = expectations[step.id]
  const actual = step.commands.map((command) => command.exitCode)
  const problems: string[] = []
  if (actual.join() !== exitCodes.join())
    problems.push(`${step.id}: exit codes ${actual.join(", ")} instead of ${exitCodes.join(", ")}`)
  if (step.exitCode !== exitCodes[deciding])
    problems.push(`${step.id}: exit code ${step.exitCode} instead of ${exitCodes[deciding]}`)
  if (step.verdict !== verdictOf(step.exitCode))
    problems.push(`${step.id}: verdict ${step.verdict} for exit code ${step.exitCode}`)
  return problems
}

function checkDigests(step: StepSummary, summary: Summary): string[] {
  return expectations[step.id].digests.flatMap((rule) => checkRule(step, rule, summary))
}

function checkRule(step: StepSummary, rule: DigestRule, summary: Summary): string[] {
  const { components } = examples[summary.example]
  const running = digestsOf(step, rule.environment, components)
  if (running === undefined) return [`${step.id}: ${rule.environment} does not run every component`]
  if (rule.rule === "running") return []
  const other = rule.rule === "equal" ? rule.to : rule.from
  const reference = digestsOf(findStep(summary, other.step), other.environment, components)
  if (reference === undefined) return [`${step.id}: nothing to compare with in ${other.step}`]
  const equal = running.join() === reference.join()
  if (rule.rule === "equal" && !equal)
    return [`${step.id}: ${rule.environment} runs other digests than ${other.step}'s ${other.environment}`]
  if (rule.rule === "differs" && equal)
    return [`${step.id}: ${rule.environment} runs the same digests as in ${other.step}`]
  return []
}

function findStep(summary: Summary, id: StepId): StepSummary | undefined {
  return summary.steps.find((step) => step.id === id)
}

/** The digests of one environment in component order; undefined unless every component shows exactly one. */
function digestsOf(
  step: StepSummary | undefined,
  environment: string,
  components: readonly string[],
): string[] | undefined {
  const found = components.map((component) => step?.digests[`${environment}/${component}`])
  return found.every(
    (digest): digest is string => digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest),
  )
    ? found
    : undefined
}

const tagsSchema = z.record(z.string(), z.array(z.string()))

async function checkFiles(directory: string, step: StepSummary): Promise<string[]> {
  const problems: string[] = []
  for (const file of [...step.evidence, ...step.commands.map((command) => command.log)]) {
    const found = existsSync(join(directory, file))
    if (!found) problems.push(`${step.id}: evidence is missing: ${file}`)
  }
  problems.push(...(await checkWords(directory, step)))
  const rule = expectations[step.id].registry
  if (rule === undefined) return problems
  const [before, after] = await Promise.all([
    readTags(directory, step.id, "before"),
    readTags(directory, step.id, "after"),
  ])
  if (typeof before === "string" || typeof after === "string")
    return [...problems, ...[before, after].filter((one) => typeof one === "string")]
  const [lost, added] = [without(before, after), without(after, before)]
  if (rule === "unchanged" && lost.length + added.length > 0)
    problems.push(`${step.id}: the registry's list of tags has changed`)
  if (rule === "grows" && added.length === 0) problems.push(`${step.id}: nothing was added to the registry`)
  if (rule === "grows" && lost.length > 0)
    problems.push(`${step.id}: the registry has lost ${lost.join(", ")}`)
  return problems
}

/** An exit code alone does not tell which rule has refused. */
async function checkWords(directory: string, step: StepSummary): Promise<string[]> {
  const all = Object.entries(expectations[step.id].says ?? {})
  const missing = await Promise.all(
    all.map(async ([index, words]) => {
      const log = step.commands[Number(index)]?.log
      const file = log === undefined ? undefined : join(directory, log)
      const text = file !== undefined && existsSync(file) ? await readFile(file, "utf8") : ""
      return text.includes(words) ? [] : [`${step.id}: command ${Number(index) + 1} does not say "${words}"`]
    }),
  )
  return missing.flat()
}

type Tags = Readonly<Record<string, readonly string[]>>

/** The tags of a list that the other one does not have. */
function without(tags: Tags, other: Tags): string[] {
  const names = (list: Tags) =>
    Object.entries(list).flatMap(([name, all]) => all.map((tag) => `${name}:${tag}`))
  const existing = new Set(names(other))
  return names(tags).filter((name) => !existing.has(name))
}

/** The recorded tags, or the problem with their file. */
async function readTags(directory: string, id: StepId, when: "before" | "after"): Promise<Tags | string> {
  const file = `${id}/registry-${when}.json`
  try {
    return tagsSchema.parse(JSON.parse(await readFile(join(directory, file), "utf8")))
  } catch (error) {
    if (!existsSync(join(directory, file))) return `${id}: evidence is missing: ${file}`
    return `${id}: ${file} cannot be read: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`
  }
}
