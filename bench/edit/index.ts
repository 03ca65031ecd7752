import { execute } from "../../toolchain/steps/index.ts"
import { hostNode, makeProjects, type Projects } from "../example/project.ts"
import { machineNow } from "../machine.ts"
import { call, fresh, inTurn, pairsText, seconds, type Way } from "../measure.ts"
import { type Duration, durationOf, type Pair, type Ratio, type Report, ratioOf } from "../report.ts"

export interface EditBenchOptions {
  /** Measurements of each figure. Default: 5. */
  readonly rounds?: number
  readonly say: (line: string) => void
}

interface Compared {
  readonly ours: Way<Projects>
  readonly other: Way<Projects>
  /** Largest good ratio, after `allowance` seconds of ours. */
  readonly goal: number
  readonly allowance?: number
}

/** One check after one edit, against the tool itself on the host: what a developer would run who has installed. */
const check = (gate: string, script: string): Compared => ({
  ours: ({ ours }) => call(ours, [gate]),
  other: ({ bare }) =>
    seconds(() => execute("npm", ["run", "--silent", script], { cwd: bare, env: hostNode(), quiet: true })),
  goal: 1.5,
  allowance: 2,
})

const compared: Readonly<Record<string, Compared>> = {
  "typecheck-after-edit": check("typecheck", "typecheck"),
  "lint-after-edit": check("lint", "lint"),
  "unit-after-edit": check("unit", "coverage"),
}

interface Timed {
  readonly edit: (projects: Projects, fresh: string) => Promise<void>
  readonly ours: Way<Projects>
  /** Largest good seconds. */
  readonly goal: number
}

const sizes: Way<Projects> = ({ ours }) => call(ours, ["build", "sizes"])

const timed: Readonly<Record<string, Timed>> = {
  "gates-after-edit": {
    edit: (projects, fresh) => projects.editSource(fresh),
    ours: ({ ours }) => call(ours, ["gates", "markdown"]),
    goal: 18,
  },
  "build-after-touched-test": {
    edit: (projects, fresh) => projects.editTest(fresh),
    ours: sizes,
    goal: 1.5,
  },
  "build-after-touched-readme": {
    edit: (projects, fresh) => projects.editReadme(fresh),
    ours: sizes,
    goal: 1.5,
  },
}

/** What a developer waits for after one edit, on copies of the example application. */
export async function benchEdit({ rounds = 5, say }: EditBenchOptions): Promise<Report> {
  const machine = machineNow()
  await using projects = await makeProjects({ install: true })
  await warmUp(projects)
  const ratios: Ratio[] = []
  for (const [id, { ours, other, goal, allowance }] of Object.entries(compared)) {
    const pairs: Pair[] = []
    for (let round = 0; round < rounds; round++) {
      await projects.editSource(fresh(id))
      const pair = await inTurn(
        round,
        () => ours(projects),
        () => other(projects),
      )
      pairs.push(pair)
    }
    say(`${id}: ${pairsText(pairs)}`)
    ratios.push(ratioOf(id, pairs, goal, allowance))
  }
  const durations: Duration[] = []
  for (const [id, { edit, ours, goal }] of Object.entries(timed)) {
    const found: number[] = []
    for (let round = 0; round < rounds; round++) {
      await edit(projects, fresh(id))
      found.push(await ours(projects))
    }
    say(`${id}: ${found.map((one) => one.toFixed(2)).join(" ")} s`)
    durations.push(durationOf(id, found, goal))
  }
  return { schemaVersion: 1, ratios, durations, machine }
}

/** Everything once: packages are installed, images are there, the host has read the tools' files. */
async function warmUp(projects: Projects): Promise<void> {
  await call(projects.ours, ["gates", "markdown"])
  for (const { ours, other } of Object.values(compared)) {
    await ours(projects)
    await other(projects)
  }
  await sizes(projects)
}
