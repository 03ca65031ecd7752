/** One project of the corpus by the run's seed, or all with --full: what is planted is found, and nothing else is reported. */
import { existsSync, readFileSync } from "node:fs"
import { beforeAll, describe, expect, it, vi } from "vitest"
import { parseToolbox } from "../../src/toolbox/parse.ts"
import { hasImagesOf, imagesOnDemand, paths } from "../../toolchain/index.ts"
import { type CorpusProject, projectNames, readProject } from "../corpus/expected.ts"
import { judgeProject } from "../corpus/judge.ts"
import { shuffle } from "../runner/shuffle.ts"

vi.setConfig({ testTimeout: 2_000_000, hookTimeout: 1_800_000 })

const full = process.env.SIGNALBOX_FULL !== undefined

/** In a normal run, one of those whose images are there: which languages were built for it, the runner's seed decides. */
function chosen(): readonly CorpusProject[] {
  const all = projectNames().map((name) => readProject(name))
  if (full) return all
  if (!existsSync(paths.toolbox)) return []
  const toolbox = parseToolbox(readFileSync(paths.toolbox, "utf8"), "toolbox.yaml")
  const images = Object.values(toolbox.tools).flatMap((tool) => (tool === undefined ? [] : [tool.image]))
  const ready = all.filter(({ needs }) => needs.every((need) => hasImagesOf(need, images)))
  return shuffle(ready, Number(process.env.SIGNALBOX_SEED ?? 0)).slice(0, 1)
}

describe.each(chosen())("corpus $name", (project) => {
  beforeAll(async () => {
    if (full && project.needs.length > 0) await imagesOnDemand(project.needs)
  })

  it("every planted defect is found by its gate at its place, and nothing that is clean is reported", async () => {
    const { comparison } = await judgeProject(project)
    const { missing, falsePositives, problems, found } = comparison
    expect({ missing, falsePositives, problems }).toEqual({ missing: [], falsePositives: [], problems: [] })
    expect(found).toHaveLength(project.planted.length)
  })
})
