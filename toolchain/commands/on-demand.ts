import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { requireGo } from "../go.ts"
import { removeGoCaches } from "../go-caches.ts"
import { imageStepId } from "../images/index.ts"
import { groovyFiles, sarifSchemaFiles, sonarqubeFiles, sonarScannerFiles } from "../maven-archives.ts"
import { onDemandSteps, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps, runSteps, type StepOutputs } from "../steps/index.ts"
import { cosignStep } from "../tools/index.ts"
import { fillRegistry } from "./up.ts"

/** Images by the language of the components that need them. */
const imagesOfLanguage: Readonly<Record<string, readonly string[]>> = {
  python: ["python", "python-slim"],
  go: ["go"],
  rust: ["rust"],
  java: ["maven", "java-base"],
}

/** Images by the gate, or the other call, that needs them. */
const imagesOfGate: Readonly<Record<string, readonly string[]>> = {
  integration: ["postgres", "redis", "python", "python-slim"],
  "dev-stack": ["postgres", "redis"],
  jenkinsfile: ["maven"],
  quality: ["sonarqube", "sonar-scanner"],
  "kube-score": ["kube-score"],
  dockerfile: ["hadolint"],
  shell: ["shellcheck"],
  dependencies: ["osv-scanner", "advisories-osv"],
  "static-analysis": ["semgrep", "bandit"],
  workflow: ["actionlint", "zizmor"],
  "end-to-end": ["browser", "redis"],
  "static-platforms": ["nginx-platforms"],
}

/** Languages and gates with images that `up` leaves out. */
export const languagesOnDemand: readonly string[] = Object.keys(imagesOfLanguage)
export const gatesOnDemand: readonly string[] = Object.keys(imagesOfGate)

/**
 * Builds cosign, which `up` leaves out, unless its output is there already. It takes minutes.
 * @returns path of the program
 */
export async function cosign(): Promise<string> {
  return join((await build([cosignStep.id])).output(cosignStep.id), "cosign")
}

/**
 * Builds the images for components in some languages and for some gates, unless they are there already, and brings them into
 * the registry and the toolbox file. The registry has to run.
 */
export async function imagesOnDemand(names: readonly string[]): Promise<void> {
  const imagesOf = { ...imagesOfLanguage, ...imagesOfGate }
  await build(names.flatMap((name) => imagesOf[name] ?? []).map(imageStepId))
  await fillRegistry()
}

/** SonarQube and its scanner as directories: for the tests that start them on this machine. */
export async function sonarqube(): Promise<{ readonly home: string; readonly scanner: string }> {
  const outputs = await fetched(sonarqubeFiles.id, sonarScannerFiles.id)
  return {
    home: join(outputs.output(sonarqubeFiles.id), "sonarqube"),
    scanner: join(outputs.output(sonarScannerFiles.id), "sonar-scanner"),
  }
}

/** The path of the JSON schema of SARIF 2.1.0 as it was published: for the test that holds our reports against it. */
export async function sarifSchema(): Promise<string> {
  const outputs = await fetched(sarifSchemaFiles.id)
  return join(outputs.output(sarifSchemaFiles.id), "schema", "sarif-schema-2.1.0.json")
}

/** The directory of Groovy's classes: for the test that has a Jenkinsfile parsed. */
export async function groovy(): Promise<string> {
  return join((await fetched(groovyFiles.id)).output(groovyFiles.id), "groovy")
}

/** Nothing is compiled for them. */
async function fetched(...only: readonly string[]): Promise<StepOutputs> {
  await mkdir(paths.cache, { recursive: true })
  return runSteps([...steps, ...onDemandSteps], { root: repositoryRoot, cache: paths.cache, only })
}

async function build(only: readonly string[]): Promise<StepOutputs> {
  const settings = { root: repositoryRoot, cache: paths.cache, only }
  const all = [...steps, ...onDemandSteps]
  const { missing } = await planSteps(all, settings)
  if (missing.length > 0) await requireGo()
  await mkdir(paths.cache, { recursive: true })
  const outputs = await runSteps(all, settings)
  await removeGoCaches(steps, outputs, { ...paths, onDemand: onDemandSteps })
  return outputs
}
