/** The corpus, with --full: what is planted is found, and nothing else is reported. `npm run corpus -- NAME` judges one project. */
import { beforeAll, describe, expect, it, vi } from "vitest"
import { imagesOnDemand } from "../../toolchain/index.ts"
import { projectNames, readProject } from "../corpus/expected.ts"
import { judgeProject } from "../corpus/judge.ts"

vi.setConfig({ testTimeout: 2_000_000, hookTimeout: 1_800_000 })

const full = process.env.SIGNALBOX_FULL !== undefined

describe.runIf(full).each(projectNames().map((name) => readProject(name)))("corpus $name", (project) => {
  beforeAll(async () => {
    if (project.needs.length > 0) await imagesOnDemand(project.needs)
  })

  it("every planted defect is found by its gate at its place, and nothing that is clean is reported", async () => {
    const { comparison } = await judgeProject(project)
    const { missing, falsePositives, problems, found } = comparison
    expect({ missing, falsePositives, problems }).toEqual({ missing: [], falsePositives: [], problems: [] })
    expect(found).toHaveLength(project.planted.length)
  })
})
