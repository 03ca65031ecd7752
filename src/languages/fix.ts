import { posix } from "node:path"
import { type Container, type File, ReturnType } from "@dagger.io/dagger"
import { SignalboxError } from "../domain/index.ts"
import { type Component, languageOf } from "./catalogue.ts"
import { type ComponentRequest, directoryOf } from "./language.ts"

/** A command by which a formatter or linter of a component mends what it finds. */
export interface Fix {
  readonly tool: string
  /** Arguments, never a shell line; run in the component's development container. */
  readonly command: readonly string[]
  /** Exit codes after which what it wrote counts: many end with 1 where something is left that only a person can mend. */
  readonly ended: readonly number[]
}

/** What was mended of a component. */
export interface Mended {
  readonly tools: readonly string[]
  /** Files that differ now, by their path relative to the source root. */
  readonly files: ReadonlyMap<string, File>
}

type Request = ComponentRequest<Component>

/** Those that `signalbox.yaml` declares beside a linter, else those of the language. */
export async function fixesOf(request: Request): Promise<readonly Fix[]> {
  const { lint } = request.component.checks
  // Who declares another linter, or none, has not said how that mends.
  if (lint !== undefined)
    return "off" in lint || lint.fix === undefined
      ? []
      : [{ tool: lint.fix[0] ?? "", command: lint.fix, ended: lint.judged }]
  const language = await languageOf(request.component)
  return (await language.fixes?.(request)) ?? []
}

/**
 * Runs a component's fixes one after the other. Only files of the source count: what tools leave behind beside them is not
 * anybody's change.
 * @throws TOOL_FAILED where one ends with any other code: what it has written until then is nobody's intention
 */
export async function mended(request: Request): Promise<Mended> {
  const fixes = await fixesOf(request)
  const tools = fixes.map(({ tool }) => tool)
  if (fixes.length === 0) return { tools, files: new Map() }
  const language = await languageOf(request.component)
  const before = await language.developmentContainer(request)
  const place = (await before.workdir()) || "/"
  let container = before
  for (const fix of fixes) container = await mendedBy(fix, container, request)
  const after = container.directory(place)
  const path = directoryOf(request.component)
  const [changed, own] = await Promise.all([
    after.changes(before.directory(place)).modifiedPaths(),
    request.source.directory(path).glob("**"),
  ])
  const names = new Set(own)
  const paths = changed.filter((name) => names.has(name)).sort()
  return { tools, files: new Map(paths.map((name) => [posix.join(path, name), after.file(name)])) }
}

const shownLines = 20

async function mendedBy(
  { tool, command, ended }: Fix,
  container: Container,
  { name, component }: Pick<Request, "name" | "component">,
): Promise<Container> {
  const done = container.withExec([...command], { expect: ReturnType.Any })
  const code = await done.exitCode()
  if (ended.includes(code)) return done
  const said = `${await done.stdout()}\n${await done.stderr()}`.trim().split("\n").slice(-shownLines)
  throw new SignalboxError("TOOL_FAILED", {
    what: `${tool} could not mend ${name}`,
    where: directoryOf(component),
    why: [`${command.join(" ")} ended with ${code}`, ...said].join("\n"),
    next: `correct what it names, or say what mends it: components.${name}.checks.lint.fix`,
  })
}
