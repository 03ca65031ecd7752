import { existsSync, readFileSync } from "node:fs"
import { expect } from "vitest"
import type { GateReportData } from "../../../src/domain/index.ts"
import { parseToolbox } from "../../../src/toolbox/parse.ts"
import { paths } from "../../../toolchain/paths.ts"
import { finalError } from "../harness/index.ts"
import type { Project } from "./project.ts"

type Caller = Pick<Project, "call">

/** Whether the machine's toolbox has a tool. Images of languages are built on demand: see test/runner/languages.ts. */
export function toolboxHas(tool: string): boolean {
  if (!existsSync(paths.toolbox)) return false
  return tool in parseToolbox(readFileSync(paths.toolbox, "utf8"), "toolbox.yaml").tools
}

/** Compiling a language's packages for the first time takes minutes. */
export const seconds = 1400

/** The output of a call that has to succeed. */
export async function outputOf({ call }: Caller, ...args: string[]): Promise<string> {
  const outcome = await call(args, { timeout: seconds })
  expect(finalError(outcome)).toBe("")
  return outcome.stdout.trim()
}

export async function judged(here: Caller, ...args: string[]): Promise<GateReportData> {
  return JSON.parse(await outputOf(here, "gates", ...args, "json"))
}

/** `verdict: summary` of each gate. */
export function summaries(report: GateReportData): Readonly<Record<string, string>> {
  return Object.fromEntries(
    report.gates.map(({ gate, verdict, summary }) => [gate, `${verdict}: ${summary}`]),
  )
}

/** What every image of ours says of itself. */
export interface ImageSays {
  readonly user: string
  readonly title: string
  readonly entrypoint: readonly string[]
  readonly bytes: number
  readonly digest: string
}

/** @param component the only one of its project */
export async function imageOf(here: Caller, component: string): Promise<ImageSays> {
  const of = (...args: string[]) => outputOf(here, "build", "--component", component, "container", ...args)
  const { images } = JSON.parse(await outputOf(here, "build", "sizes-json")) as {
    readonly images: readonly { readonly bytes: number; readonly digest: string }[]
  }
  const [image] = images
  if (image === undefined) throw new Error(`${component} was not built`)
  return {
    user: await of("user"),
    title: await of("label", "--name", "org.opencontainers.image.title"),
    entrypoint: (await of("entrypoint")).split("\n"),
    bytes: image.bytes,
    digest: image.digest,
  }
}

/** Every path of an image. */
export async function pathsIn(here: Caller, component: string): Promise<readonly string[]> {
  const files = ["rootfs", "glob", "--pattern", "**"]
  return (await outputOf(here, "build", "--component", component, "container", ...files)).split("\n")
}

/** Packages that an image's SBOM names. */
export async function packagesIn(here: Caller, component: string): Promise<readonly string[]> {
  const text = await outputOf(here, "build", "sbom", "file", "--path", `${component}.cdx.json`, "contents")
  const { components = [] } = JSON.parse(text) as {
    readonly components?: readonly { readonly name: string }[]
  }
  return components.map(({ name }) => name)
}

/** A change of a project that makes it impossible to build, and what is said of it. */
export type Mistake = readonly [
  name: string,
  files: Readonly<Record<string, string | ((text: string) => string)>>,
  what: RegExp,
]

/** One clear error with exit code 13; afterwards the files are as they were. */
export async function expectMistake(here: Project, files: Mistake[1], what: RegExp): Promise<void> {
  const before = Object.fromEntries(
    await Promise.all(Object.keys(files).map(async (name) => [name, await here.files.read(name)] as const)),
  )
  const changed = Object.entries(files).map(([name, to]) => [
    name,
    typeof to === "string" ? to : to(before[name] ?? ""),
  ])
  await here.write(Object.fromEntries(changed))
  const outcome = await here.call(["build", "sizes"], { timeout: seconds })
  await here.write(before)
  expect(finalError(outcome)).toMatch(what)
  expect(outcome.code).toBe(13)
}
