import { posix } from "node:path"
import type { Session } from "../src/call/index.ts"
import type { Component } from "../src/config/index.ts"
import { type ChangedPath, type ComponentParts, isIn } from "../src/domain/index.ts"
import type { ComponentRequest, Language } from "../src/languages/index.ts"
import { whyFailed } from "../src/toolbox/index.ts"
import { buildRequest } from "./build.ts"
import { isLinked } from "./linked.ts"
import { treeOf } from "./source.ts"

type Request = Awaited<ReturnType<typeof buildRequest>>

/** What its language knows of a component. What that cannot tell, because a file is missing or broken, nobody knows. */
export async function componentParts(request: Request, name: string): Promise<ComponentParts> {
  const [{ componentNamed }, { languageOf }] = await Promise.all([
    import("../src/config/index.ts"),
    import("../src/languages/index.ts"),
  ])
  const component = componentNamed(request.config, name)
  const directory = directoryPath(component)
  if (directory === null)
    return { name, directory, leftOut: [], named: [], reach: { outside: [], except: [], besides: [] } }
  const named = textsIn(component).map((text) => posix.join(directory, text).replace(/\/$/, ""))
  const [language, isElsewhere, ...linked] = await Promise.all([
    languageOf(component),
    isLinked(request.source, directory),
    ...named.map((path) => isLinked(request.source, path)),
  ])
  return {
    ...{ name, directory },
    reach: isElsewhere
      ? { unknown: "its directory leads over a symbolic link" }
      : await reachOf(language, { ...request, name, component }),
    // What a link names may be what is left out.
    leftOut: linked.includes(true) ? [] : ((await leftOut(request, name, directory)) ?? []),
    // Whether it names a file or a directory, it does not say.
    named: named.flatMap((path) => [path, `${path}/`]),
  }
}

async function reachOf(
  language: Language,
  request: ComponentRequest<Component>,
): Promise<ComponentParts["reach"]> {
  if (language.reach === undefined)
    return { unknown: `the language ${language.name} does not say what it reads` }
  try {
    return await language.reach(request)
  } catch (error) {
    return { unknown: whyFailed(error).split("\n")[0] ?? "" }
  }
}

/** Undefined where it cannot be told: then nothing counts as left out. */
async function leftOut(
  request: Request,
  name: string,
  directory: string,
): Promise<readonly string[] | undefined> {
  const { leftOutOf } = await import("../src/build/index.ts")
  const found = await leftOutOf(request, name).catch(() => undefined)
  return found?.map((path) => (directory === "./" ? path : `${directory}${path}`))
}

/**
 * What the build of the base revision left out, by component: what is gone since then is in no list of today. Only where
 * something is gone.
 */
export async function leftOutOfBase(
  session: Session,
  commit: string,
  changed: readonly ChangedPath[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const gone = changed.filter(({ change }) => change === "deleted")
  if (gone.length === 0) return new Map()
  const request = { ...(await buildRequest(session, "branch")), source: await treeOf(session, commit) }
  const found = await Promise.all(
    Object.entries(request.config.components).map(async ([name, component]) => {
      const directory = directoryPath(component)
      const all = directory === null ? undefined : await leftOut(request, name, directory)
      const paths = gone.map(({ path }) => path)
      return [name, paths.filter((path) => all?.some((part) => isIn(path, part)))] as const
    }),
  )
  return new Map(found)
}

/** With a slash at its end; `./` is the source root. Null: it is built elsewhere. */
function directoryPath(component: Component): string | null {
  return "path" in component && component.path !== undefined ? asDirectory(component.path) : null
}

export const asDirectory = (path: string): string => `${posix.normalize(path).replace(/\/+$/, "")}/`

/** Every text in the settings of a component that may be a path in its directory. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string")
    return /^[\w@.][^\p{Cc}]*$/u.test(value) && !/^\.\/?$/.test(value) ? [value] : []
  if (typeof value !== "object" || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
