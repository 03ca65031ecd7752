import { cp, readFile } from "node:fs/promises"
import { join } from "node:path"
import { parseToolbox } from "../../../src/toolbox/parse.ts"
import { findTool, imageAddress } from "../../../src/toolbox/reference.ts"
import { network } from "../../../toolchain/network.ts"
import { paths } from "../../../toolchain/paths.ts"
import {
  type CallOptions,
  type Outcome,
  type Running,
  startDagger,
  uniqueName,
  type Workspace,
  workspace,
} from "../harness/index.ts"
import { goImage } from "./go-image.ts"
import { commitAll, libraryRoot } from "./repository.ts"

/** A small project of its own name, and calls of this library's module over it. */
export interface Project extends AsyncDisposable {
  /** Its name, which nothing else uses: what is in the registry below it was put there by this test. */
  readonly name: string
  readonly files: Workspace
  /** Makes files differ from the committed ones. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  call(args: readonly string[], options?: CallOptions): Promise<Outcome>
  /** The same call, which a test may end before it is through. */
  start(args: readonly string[], options?: CallOptions): Running
}

/**
 * @param namespace of its one environment, `staging`.
 * @param fixture the repository that it is; `BASE-IMAGE` in its configuration becomes the toolbox's image of Node, `GO-IMAGE` one
 *   of the machine's own Go.
 */
export async function project(namespace = "shop-staging", fixture = "shop"): Promise<Project> {
  const name = uniqueName(fixture)
  const files = await workspace({ git: false })
  await files.fixture(fixture, ".")
  const toolbox = await readFile(paths.toolbox, "utf8")
  const config = await files.read("signalbox.yaml")
  await files.write({
    "signalbox.yaml": config
      .replace(/^project: .*$/m, `project: ${name}`)
      .replace("GO-IMAGE", config.includes("GO-IMAGE") ? await goImage() : "")
      .replace("BASE-IMAGE", imageAddress(findTool(parseToolbox(toolbox, "toolbox.yaml"), "node"))),
    "environments/staging.yaml": (await files.read("environments/staging.yaml")).replace(
      /^namespace: .*$/m,
      `namespace: ${namespace}`,
    ),
    "toolbox.yaml": toolbox,
  })
  await commitAll(files.path)
  return projectIn(files, name)
}

/** Calls of this library's module over files that have a toolbox file among them. */
function projectIn(files: Workspace, name: string): Project {
  const start: Project["start"] = (args, options = {}) =>
    startDagger(
      ["call", "-m", libraryRoot, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml", ...args],
      { cwd: files.path, timeout: 280, ...options },
    )
  return {
    name,
    files,
    write: files.write,
    start,
    call: (args, options) => start(args, options).outcome,
    [Symbol.asyncDispose]: files[Symbol.asyncDispose],
  }
}

/**
 * One of examples/, which are repositories of their own, under a name that nothing else uses.
 * @param change files that are to be other ones, by their path; they get the text as it is.
 */
export async function exampleProject(
  example: string,
  change: Readonly<Record<string, (text: string) => string>> = {},
): Promise<Project> {
  const name = uniqueName(example)
  const files = await workspace({ git: false })
  const made = /(?:^|\/)(?:__pycache__|staticfiles|target)$/
  await cp(join(libraryRoot, "examples", example), files.path, {
    recursive: true,
    filter: (path) => !made.test(path),
  })
  const named = (text: string) => text.replace(/^project: .*$/m, `project: ${name}`)
  for (const [file, to] of Object.entries({ "signalbox.yaml": named, ...change }))
    await files.write({ [file]: to(await files.read(file)) })
  await files.write({ "toolbox.yaml": await readFile(paths.toolbox, "utf8") })
  await commitAll(files.path)
  return projectIn(files, name)
}

/** `repository:tag` of everything that the registry has below a project. */
export async function publishedBy(name: string): Promise<string[]> {
  const own = (await repositories()).filter((repository) => repository.split("/").includes(name))
  const tagged = await Promise.all(
    own.map(async (repository) => {
      const { tags } = await answer<{ tags: string[] | null }>(`${repository}/tags/list`)
      return (tags ?? []).map((tag) => `${repository}:${tag}`)
    }),
  )
  return tagged.flat().sort()
}

/** The registry gives at most so many names at once. */
const page = 1000

async function repositories(after = ""): Promise<string[]> {
  const query = `n=${page}&last=${encodeURIComponent(after)}`
  const { repositories: names } = await answer<{ repositories: string[] }>(`_catalog?${query}`)
  const last = names.at(-1)
  return last === undefined || names.length < page ? names : [...names, ...(await repositories(last))]
}

async function answer<T>(path: string): Promise<T> {
  const response = await fetch(`http://${network.registry}/v2/${path}`)
  if (!response.ok) throw new Error(`the registry answers ${response.status} to ${path}`)
  return (await response.json()) as T
}

/** What an error of ours consists of, as a person reads it at the end of a call. */
export interface Told {
  /** Every `CODE: what` line: more than one would leave the reader to guess. */
  readonly errors: readonly string[]
  readonly where: string | undefined
  readonly next: string | undefined
}

export function told(error: string): Told {
  const line = (name: string) => new RegExp(`^ +${name}: +(.+)$`, "m").exec(error)?.[1]
  return { errors: error.match(/^[A-Z]+(?:_[A-Z]+)*: .+$/gm) ?? [], where: line("where"), next: line("next") }
}

/** A stack trace tells a user nothing but that nobody thought of this. */
export const stackLine = /^\s+at .+:\d+:\d+\)?$/m
