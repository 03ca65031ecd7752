import { callWith, SignalboxError } from "../domain/index.ts"
import { catalogue } from "./catalogue.ts"
import type { Detected, SourceTree } from "./detected.ts"
import { namesOf } from "./detected-names.ts"
import { ownTrees } from "./detected-tree.ts"
import type { Language } from "./language.ts"

type Asked = Pick<Language, "name" | "detect" | "looksFor" | "buildsAny">

/** What one language says of one directory. */
interface Claim extends Detected {
  readonly language: Asked
}

/** A component of a tree that has no `signalbox.yaml`. */
export interface FoundComponent extends Omit<Detected, "notBuilt" | "isChecked"> {
  readonly name: string
  readonly language: string
  /** The language whose tools check it, where another one builds its image: with what that says of it. */
  readonly checkedAs?: Omit<Detected, "notBuilt" | "isChecked"> & { readonly language: string }
}

export interface Detection {
  readonly components: readonly FoundComponent[]
  /** What looks like a component and is none, with the reason. */
  readonly notBuilt: readonly { readonly path: string; readonly language: string; readonly why: string }[]
  /** Directories that were not looked into. */
  readonly notLookedInto: readonly string[]
}

/**
 * Asks every language for its components in a tree. Pure: the tree is all that it reads.
 * @param project name of a component in the source root.
 * @throws CONFIG_INVALID for a directory that two languages recognise; CONFIG_MISSING where none recognises anything
 */
export async function detectComponents(
  tree: SourceTree,
  project: string,
  languages?: readonly Asked[],
): Promise<Detection> {
  const asked = languages ?? (await Promise.all(catalogue.map(async ({ load }) => (await load()).language)))
  const notBuilt = new Map<string, Claim>()
  for (const { own, notLookedInto } of ownTrees(tree)) {
    const claims = await claimsIn(own, asked)
    const built = claims.filter((claim) => claim.notBuilt === undefined || isCheckedIn(claim, claims))
    for (const claim of claims) if (claim.notBuilt !== undefined) notBuilt.set(claimKey(claim), claim)
    if (built.length === 0) continue
    const components = named(resolved(built), project)
    const paths = new Set(components.map(({ path }) => path))
    const left = [...notBuilt.values()].filter(({ path }) => !paths.has(path))
    return { components, notBuilt: left.map(told), notLookedInto }
  }
  throw nothingFound(asked, [...notBuilt.values()])
}

async function claimsIn(tree: SourceTree, languages: readonly Asked[]): Promise<readonly Claim[]> {
  const all = await Promise.all(
    languages.map(async (language) =>
      ((await language.detect?.(tree)) ?? []).map((one): Claim => ({ ...one, language })),
    ),
  )
  return all.flat()
}

/** Where a Dockerfile builds it, what keeps its language from building it is no matter. */
function isCheckedIn({ path, isChecked }: Claim, all: readonly Claim[]): boolean {
  return (
    isChecked === true &&
    all.some((one) => one.path === path && one.language.buildsAny === true && one.notBuilt === undefined)
  )
}

const claimKey = ({ path, language }: Claim): string => `${language.name} ${path}`

function told({ path, language, notBuilt = "" }: Claim): Detection["notBuilt"][number] {
  return { path, language: language.name, why: notBuilt }
}

type Unnamed = Omit<FoundComponent, "name">

/** One component for each directory, in the order of their paths. @throws CONFIG_INVALID */
function resolved(claims: readonly Claim[]): readonly Unnamed[] {
  const paths = [...new Set(claims.map(({ path }) => path))].sort()
  return paths.map((path) => oneOf(claims.filter((claim) => claim.path === path)))
}

function oneOf(claims: readonly Claim[]): Unnamed {
  const [builder, otherBuilder] = claims.filter(({ language }) => language.buildsAny === true)
  const [own, other] = claims.filter(({ language }) => language.buildsAny !== true)
  const clash = own !== undefined && other !== undefined ? [own, other] : [builder, otherBuilder]
  const [one, two] = clash
  if (one !== undefined && two !== undefined) throw ambiguous(one, two)
  if (builder === undefined && own !== undefined) return plain(own)
  if (builder !== undefined && own === undefined) return plain(builder)
  if (builder === undefined || own === undefined)
    throw new SignalboxError("INTERNAL", { what: "a directory without a claim" })
  return { ...plain(builder), checkedAs: plain(own) }
}

function plain({ path, because, settings, language }: Claim): Unnamed {
  return { path, because, settings, language: language.name }
}

function named(components: readonly Unnamed[], project: string): readonly FoundComponent[] {
  const names = namesOf(
    components.map(({ path }) => path),
    project,
  )
  return components.map((one, index) => ({ ...one, name: names[index] ?? project }))
}

function ambiguous(one: Claim, other: Claim): SignalboxError {
  const languages = [one, other].map(({ language, because }) => `${language.name}, because ${because}`)
  return new SignalboxError("CONFIG_INVALID", {
    what: `${one.path === "." ? "the source root" : one.path} is recognised twice, and is one component`,
    where: one.path,
    why: languages.join("; "),
    next: `say in signalbox.yaml which one it is: components: { NAME: { path: ${one.path}, ${choices(one, other)} } }`,
  })
}

function choices(one: Claim, other: Claim): string {
  const names = [...new Set([one.language.name, other.language.name])].map((name) => `language: ${name}`)
  return names.length === 1 ? `${names[0]}, …` : `${names[0]}, …, or ${names[1]}, …`
}

function nothingFound(languages: readonly Asked[], notBuilt: readonly Claim[]): SignalboxError {
  const looked = languages
    .filter(({ detect }) => detect !== undefined)
    .map(({ name, looksFor = name }) => looksFor)
  const near = notBuilt.map((claim) => `${claim.path} (${claim.because}) is none: ${claim.notBuilt}`)
  return new SignalboxError("CONFIG_MISSING", {
    what: "there is no signalbox.yaml, and no file tells what the application consists of",
    where: "signalbox.yaml",
    why: [...near, `looked for: ${looked.join("; ")}`].join("\n         "),
    next: `add a Dockerfile to what is to be built; write signalbox.yaml with components; or name the tree that has it: ${callWith("--source DIRECTORY")}`,
  })
}
