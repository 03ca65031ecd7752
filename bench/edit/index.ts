import { cpus, loadavg } from "node:os"
import { daggerOutput } from "../../test/engine/harness/index.ts"
import { execute } from "../../toolchain/steps/index.ts"
import { type Duration, durationOf, type Pair, type Ratio, type Report, ratioOf } from "../report.ts"
import { component, hostNode, makeProjects, type Projects } from "./project.ts"

export interface EditBenchOptions {
  /** Measurements of each figure. Default: 5. */
  readonly rounds?: number
  readonly say: (line: string) => void
}

/** Prepares without the clock, then returns the seconds of one command. */
type Way = (projects: Projects) => Promise<number>

interface Compared {
  readonly ours: Way
  readonly other: Way
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
  "image-after-edit": {
    ours: ({ ours }) => call(ours, ["build", "--component", component, "container", "sync"]),
    other: ({ docker }) => seconds(() => daggerOutput(dockerBuild(docker), { timeout: 600 })),
    goal: 1,
  },
}

interface Timed {
  readonly edit: (projects: Projects, fresh: string) => Promise<void>
  readonly ours: Way
  /** Largest good seconds. */
  readonly goal: number
}

const sizes: Way = ({ ours }) => call(ours, ["build", "sizes"])

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
  const machine = { cores: cpus().length, loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100 }
  await using projects = await makeProjects()
  await warmUp(projects)
  const ratios: Ratio[] = []
  for (const [id, { ours, other, goal, allowance }] of Object.entries(compared)) {
    const pairs: Pair[] = []
    for (let round = 0; round < rounds; round++) {
      await projects.editSource(fresh(id))
      pairs.push(await inTurn(projects, round, ours, other))
    }
    say(`${id}: ${pairs.map((pair) => `${pair.ours.toFixed(2)}/${pair.other.toFixed(2)}`).join(" ")} s`)
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

const fresh = (id: string): string => `${id} ${Date.now()}`

/** Who is first alternates, so that what else happens on the machine hits both. */
async function inTurn(projects: Projects, round: number, ours: Way, other: Way): Promise<Pair> {
  if (round % 2 === 0) return { ours: await ours(projects), other: await other(projects) }
  const second = await other(projects)
  return { ours: await ours(projects), other: second }
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

const call = (directory: string, args: readonly string[]): Promise<number> =>
  seconds(() => daggerOutput(["call", ...args], { cwd: directory, timeout: 600 }))

const dockerBuild = (directory: string): string[] => [
  "core",
  "host",
  "directory",
  "--path",
  directory,
  "docker-build",
  "sync",
]

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
