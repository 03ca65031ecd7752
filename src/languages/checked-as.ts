import type { z } from "zod"
import { type Reach, SignalboxError } from "../domain/index.ts"
import { versionOf } from "../toolbox/index.ts"
import type { SourceTree } from "./detected.ts"
import { withoutForeign } from "./detected-tree.ts"
import { type ComponentBase, type ComponentRequest, directoryOf, type Language } from "./language.ts"
import { settingsOf } from "./settings-of.ts"

/** A language that checks what another one builds. */
interface Checker {
  readonly language: Language
  readonly schema: z.ZodType
}

/**
 * The language of a component whose image one language builds, and whose checks are those of another: the project's own
 * Dockerfile is what it runs, and its package.json says how it is tested. How the other one would build it, its files tell.
 */
export function checkedAs(builder: Language, checker: Checker): Language {
  const { language } = checker
  const own = (request: ComponentRequest): Promise<ComponentRequest> => asChecked(request, checker)
  const { reasonIn, sourceFiles, codeLines, fixes } = language
  const { reach, ...built } = builder
  return {
    ...built,
    hasNode: language.hasNode,
    manifest: (component) => language.manifest(component),
    developmentContainer: async (request) => language.developmentContainer(await own(request)),
    developmentImage: async (request) => language.developmentImage(await own(request)),
    checks: async (request) => language.checks(await own(request)),
    async packages(request) {
      const named = await language.packages(await own(request))
      // Where the Dockerfile puts them, and which of them, nobody knows: all count as if they were in the image.
      return named === null ? null : { ...named, developmentFiles: [], inImage: false }
    },
    ...(reach === undefined || language.reach === undefined
      ? {}
      : { reach: bothReach(reach, async (request) => language.reach?.(await own(request))) }),
    ...(fixes === undefined ? {} : { fixes: async (request: ComponentRequest) => fixes(await own(request)) }),
    ...(reasonIn === undefined ? {} : { reasonIn }),
    ...(codeLines === undefined ? {} : { codeLines }),
    ...(sourceFiles === undefined
      ? {}
      : { sourceFiles: async (request: ComponentRequest) => sourceFiles(await own(request)) }),
  }
}

/** Its image is made of what the builder reads, and what the checker reads belongs to it, too. */
function bothReach(
  builder: NonNullable<Language["reach"]>,
  checker: (request: ComponentRequest) => Promise<Reach | undefined>,
): NonNullable<Language["reach"]> {
  return async (request) => {
    const [own, checks] = await Promise.all([builder(request), checker(request)])
    if (checks === undefined) return own
    // What one of them does not read, the other one may.
    return {
      ...own,
      outside: [...own.outside, ...checks.outside],
      except: own.outside.length === 0 ? checks.except : [],
    }
  }
}

/** What was told of a component: several gates ask. */
const known = new WeakMap<ComponentBase, Promise<ComponentBase>>()

async function asChecked(request: ComponentRequest, checker: Checker): Promise<ComponentRequest> {
  const { component } = request
  const found = known.get(component) ?? detected(request, checker)
  known.set(component, found)
  return { ...request, component: await found }
}

/** @throws CONFIG_INVALID where the files do not tell it */
async function detected(request: ComponentRequest, { language, schema }: Checker): Promise<ComponentBase> {
  const { component, name } = request
  const path = directoryOf(component)
  const all = (await language.detect?.(await treeOf(request, path))) ?? []
  const found = all.find((one) => one.path === path)
  if (found === undefined || found.notBuilt !== undefined)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${name} cannot be checked as ${language.name}`,
      where: `signalbox.yaml: components.${name}.checkedAs`,
      why: found?.notBuilt ?? `${path} has nothing of it; looked for ${language.looksFor ?? language.name}`,
      next: "leave it out, and declare the checks of this component: checks",
    })
  const { checks, coverageMinimum, user } = component as ComponentBase & {
    readonly checks?: unknown
    readonly coverageMinimum?: unknown
  }
  const settings = {
    ...settingsOf(found.settings),
    path,
    language: language.name,
    checks,
    coverageMinimum,
    user,
  }
  return schema.parse(settings) as ComponentBase
}

async function treeOf({ source, toolbox }: ComponentRequest, path: string): Promise<SourceTree> {
  const below = path === "." ? "" : `${path}/`
  // What lies above it may say something for all components there: `.nvmrc`, a lock file of workspaces.
  const above = path === "." ? [] : ancestors(path)
  const [own, ...lists] = await Promise.all([
    source.directory(path).glob("**"),
    ...above.map(async (directory) => {
      const entries = await (directory === "." ? source : source.directory(directory)).entries()
      return entries.map((one) => (directory === "." ? one : `${directory}/${one}`))
    }),
  ])
  const names = new Set([...lists.flat(), ...own.map((one) => below + one)])
  return withoutForeign({
    paths: [...names].filter((one) => !one.endsWith("/")),
    read: (file) => source.file(file).contents(),
    versionOf: (tool) => versionOf(toolbox, tool),
  })
}

/** The directories above one, the source root among them. */
function ancestors(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1)
  return [".", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))]
}
