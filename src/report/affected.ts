import type { Affected, Because, ComponentParts, ProjectParts } from "../domain/index.ts"
import { listed as listedNames, revisionText } from "./scope.ts"
import { escapeMarkdown as md, prettyJson } from "./text.ts"
import { count } from "./words.ts"

interface Since {
  readonly since: string
  readonly commit: string
}

/** As many paths as somebody reads; the JSON has them all. */
const shownPaths = 12

/** What has changed since a base revision and what it can reach, one line each. */
export function affectedMarkdown(affected: Affected, since: Since): string {
  const { changed, everything, components, others, chart, environments, without } = affected
  if (changed.length === 0)
    return `## Nothing has changed since ${md(revisionText(since))}\n\nNothing is affected.\n`
  const all = components.length + others.length
  const images = components.filter(({ image }) => image)
  const lines = [
    `## Affected since ${md(revisionText(since))}: ${components.length} of ${count(all, "component")}`,
    "",
    `${count(changed.length, "path")} changed.`,
    ...(everything.length === 0
      ? []
      : [
          "",
          `**All of it is affected**, because what decides about all of it has changed:`,
          "",
          ...paths(everything),
        ]),
    "",
    ...components.flatMap(({ component, image, because }) => [
      `- **${md(component)}**: ${image ? "image and checks" : "checks; its image is not affected"}`,
      ...indented(paths(own(because, everything))),
    ]),
    ...others.map((name) => `- ${md(name)}: not affected`),
    ...(chart.length === 0
      ? [`- chart: ${images.length === 0 ? "not affected" : "the digests of images alone"}`]
      : ["- **chart**", ...indented(paths(own(chart, everything)))]),
    ...environments.flatMap(({ environment, because, images: gets, chart: getsChart }) => [
      `- **environment ${md(environment)}**: ${reasons(gets, getsChart, own(because, everything).length > 0)}`,
      ...indented(paths(own(because, everything))),
    ]),
    ...(without.length === 0
      ? []
      : [
          "",
          `Of no component, chart or environment: ${listed(without)}. Gates over the whole tree judge them, too.`,
        ]),
  ]
  return `${lines.join("\n")}\n`
}

/** The same for programs: every path, with its reasons. */
export function affectedJson(affected: Affected, { since, commit }: Since): string {
  return prettyJson({ schemaVersion: 1, since: { ref: since, commit }, ...affected })
}

/** From one path to what it can reach. */
export function pathMarkdown(
  asked: { readonly path: string; readonly there: boolean },
  found: Affected,
): string {
  const { everything, components, chart, environments, without } = found
  const images = components.filter(({ image }) => image).map(({ component }) => component)
  const whys = (all: readonly Because[]) => [...new Set(all.map(reason))].join("; ")
  const lines = [
    `## ${md(asked.path)}${asked.there ? "" : " (not in the tree)"}`,
    "",
    ...(without.length > 0
      ? [
          "It reaches no component, chart or environment. Gates over the whole tree, such as secrets, judge it.",
        ]
      : []),
    ...(everything.length > 0 ? [`All of it: ${whys(everything)}`] : []),
    ...components.map(({ component, because }) => `- component ${md(component)}: ${whys(because)}`),
    ...components.map(({ component, image }) =>
      image ? `- image of ${md(component)}: built again` : `- image of ${md(component)}: not affected`,
    ),
    ...(chart.length > 0
      ? [`- chart: ${whys(chart)}`]
      : images.length > 0
        ? [`- chart: gets ${images.map((name) => md(name)).join(", ")} by other digests`]
        : []),
    ...environments.map(({ environment, because, images: gets, chart: getsChart }) => {
      const why = whys(because)
      return `- environment ${md(environment)}: ${why === "" ? reasons(gets, getsChart, false) : why}`
    }),
  ]
  return `${lines.join("\n")}\n`
}

/** From a component to the paths that can reach it. */
export function reachMarkdown(project: ProjectParts, name: string): string {
  const component = project.components.find((one) => one.name === name)
  const environments = project.environments.map((one) => md(one.name)).join(", ")
  const lines = [
    `## ${md(name)}`,
    "",
    ...(component === undefined ? [] : reachOf(component)),
    `- all of it, by what decides about everything: ${listed(project.settings.map(({ path }) => path))}`,
    `- its image reaches the chart by its digest, and so ${environments === "" ? "every environment" : environments}`,
  ]
  return `${lines.join("\n")}\n`
}

function reachOf({ directory, leftOut, reach }: ComponentParts): readonly string[] {
  if (directory === null)
    return ["- it is built elsewhere: no path of the source but its reference in signalbox.yaml"]
  const inside = [
    `- image and checks: what is in ${md(directory)}`,
    ...(leftOut.length === 0 ? [] : [`- checks alone, because its build leaves it out: ${listed(leftOut)}`]),
  ]
  if ("unknown" in reach)
    return [...inside, `- every other path, because nobody knows what it reads: ${md(reach.unknown, 300)}`]
  return [
    ...inside,
    ...(reach.besides.length === 0
      ? []
      : [`- image and checks, although it is left out of the sources: ${listed(reach.besides)}`]),
    ...reach.outside.map(({ path, why }) => `- image and checks: ${md(path, 300)} (${md(why, 300)})`),
    ...(reach.except.length === 0 ? [] : [`- of these not: ${listed(reach.except)}`]),
    ...(directory === "./"
      ? []
      : ["- files directly above it, but those that only people, git and CI servers read"]),
  ]
}

/** Reasons of its own, which the head does not tell already. */
function own(because: readonly Because[], everything: readonly Because[]): readonly Because[] {
  return because.filter((one) => !everything.includes(one))
}

function paths(because: readonly Because[]): readonly string[] {
  const lines = because.slice(0, shownPaths).map((one) => `- ${md(one.path, 300)}: ${reason(one)}`)
  return because.length > shownPaths ? [...lines, `- and ${because.length - shownPaths} more`] : lines
}

const reason = ({ why, certain }: Because): string =>
  `${md(why, 300)}${certain === true ? "" : " (counts, because nobody knows that it does not matter)"}`

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

function reasons(images: readonly string[], chart: boolean, files: boolean): string {
  return [
    ...(images.length === 0 ? [] : [`the images of ${images.map((name) => md(name)).join(", ")}`]),
    ...(chart ? ["the chart"] : []),
    ...(files ? ["its own files"] : []),
  ].join(", ")
}

const listed = (all: readonly string[]): string => md(listedNames(all))
