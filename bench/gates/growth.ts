import { appendFile, readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Workspace, workspace } from "../../test/engine/harness/index.ts"
import { commitAll, git, libraryRoot } from "../../test/engine/support/repository.ts"
import { paths } from "../../toolchain/index.ts"
import { pathOf } from "../example/project.ts"
import { call, fresh } from "../measure.ts"
import { durationOf, growthOf, noted, type Report } from "../report.ts"
import { spreadOf } from "../statistics.ts"
import { componentFiles, configurationOf, editedFile, nameOf } from "./components.ts"
import type { PackageLock } from "./lock.ts"

const counts = [1, 5, 20, 50] as const
/** New ones that are judged at once beside the clock: each installs and compiles, and they share the machine's memory. */
const atOnce = 10
/** What looks at sources without building an image. */
const gates = ["typecheck", "lint", "unit", "secrets"]

/**
 * What is good, at 50 components: who has changed nothing waits no longer than for a page that loads slowly, and who has edited
 * one of them waits for that one's tools, not for 49 others. From 1 to 50 nothing grows in proportion: that would be 50 times.
 */
const goals = { again: 15, edit: 20, exponent: 0.6 } as const

interface Measured {
  readonly size: number
  readonly again: readonly number[]
  readonly edit: readonly number[]
}

export interface GrowthOptions {
  readonly rounds: number
  readonly say: (line: string) => void
}

/** The gates of repositories with more and more components: nothing has changed, and one of them was edited. */
export async function componentGrowth({
  rounds,
  say,
}: GrowthOptions): Promise<Required<Pick<Report, "durations" | "growth">>> {
  await using here = await workspace({ git: false })
  const lock: PackageLock = JSON.parse(
    await readFile(join(libraryRoot, pathOf("backend"), "package-lock.json"), "utf8"),
  )
  await here.write({ "toolbox.yaml": await readFile(paths.toolbox, "utf8") })
  const measured: Measured[] = []
  for (const size of counts) {
    await grow(here, measured.at(-1)?.size ?? 0, size, lock)
    const again: number[] = []
    const edit: number[] = []
    for (let round = 0; round < rounds; round++) again.push(await judge(here))
    for (let round = 0; round < rounds; round++) {
      const edited = join(here.path, editedFile(nameOf(round % size)))
      await appendFile(edited, `\n// ${fresh("edit")}\n`)
      edit.push(await judge(here))
    }
    measured.push({ size, again, edit })
    say(`${size} components: again ${list(again)}, after an edit ${list(edit)}`)
  }
  return growthFigures(measured)
}

/** The figures of what was measured, the most components last. */
export function growthFigures(measured: readonly Measured[]): Required<Pick<Report, "durations" | "growth">> {
  const last = measured.at(-1)
  const first = measured[0]
  if (last === undefined || first === undefined) throw new Error("nothing was measured")
  const id = (what: string) => `components-${last.size}-${what}`
  const note = (pick: (one: Measured) => readonly number[]) => {
    const least = spreadOf(pick(first)).median
    const further = (spreadOf(pick(last)).median - least) / (last.size - first.size)
    return `${first.size} of them take ${least.toFixed(2)} s, and each further one adds ${further.toFixed(2)} s`
  }
  const points = (pick: (one: Measured) => readonly number[]) =>
    measured.map((one) => ({ size: one.size, seconds: pick(one) }))
  const [again, edit] = [(one: Measured) => one.again, (one: Measured) => one.edit]
  return {
    durations: [
      noted(durationOf(id("again"), last.again, goals.again), note(again)),
      noted(durationOf(id("after-edit"), last.edit, goals.edit), note(edit)),
    ],
    growth: [
      noted(growthOf("components-again", points(again), goals.exponent), note(again)),
      noted(growthOf("components-after-edit", points(edit), goals.exponent), note(edit)),
    ],
  }
}

/** Makes it a repository of so many components, each as it was generated, and has all of it judged beside any clock. */
async function grow(here: Workspace, from: number, size: number, lock: PackageLock): Promise<void> {
  for (let index = 0; index < from; index++) await here.write(componentFiles(nameOf(index), lock))
  for (let first = from; first < size; first += atOnce) {
    const next = Math.min(size, first + atOnce)
    for (let index = first; index < next; index++) await here.write(componentFiles(nameOf(index), lock))
    await here.write(configurationOf(next))
    if (first === 0) await commitAll(here.path)
    else {
      await git(here.path, "add", "--all")
      await git(here.path, "commit", "--quiet", "--message", `feat: ${next} components`)
    }
    await judge(here)
  }
}

/** Fails where one of them finds something: a figure is about gates that have judged all components, and passed. */
const judge = ({ path }: Workspace): Promise<number> =>
  call(path, [
    ...["-m", libraryRoot, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml"],
    ...["gates", "--only", gates.join(","), "assert", "--partial"],
  ])

const list = (seconds: readonly number[]): string => `${seconds.map((one) => one.toFixed(2)).join(" ")} s`
