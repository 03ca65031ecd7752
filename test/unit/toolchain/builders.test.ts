import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { costly } from "../../../toolchain/costs.ts"
import { onDemandSteps, steps as stepsOfUp } from "../../../toolchain/parts.ts"
import { repositoryRoot } from "../../../toolchain/paths.ts"
import type { ExecOptions, Step, StepContext } from "../../../toolchain/steps/index.ts"
import { scratch } from "./scratch.ts"

const steps = [...stepsOfUp, ...onDemandSteps]
const builders = steps.filter((step) => step.fetch)

interface Call {
  readonly args: readonly string[]
  readonly options: ExecOptions
}

/** What a step calls Go with, at whose place empty programs appear. */
async function callsOf(step: Step, work: (ctx: StepContext) => Promise<unknown>): Promise<Call[]> {
  const out = await scratch()
  const calls: Call[] = []
  const ctx: StepContext = {
    out,
    root: repositoryRoot,
    log: () => undefined,
    output: () => out,
    async exec(command, args, options = {}) {
      if (command !== "go") throw new Error(`${step.id} calls ${command}, which is not there`)
      calls.push({ args, options })
      for (const name of args.filter((arg) => arg.includes("/")).map((arg) => arg.split("/").at(-1) ?? "")) {
        if (name !== "") await writeFile(join(out, name), "")
      }
      return ""
    },
  }
  await mkdir(out, { recursive: true })
  // What follows the build, a look at the version, finds nothing to look at.
  await work(ctx).catch(() => undefined)
  return calls
}

const packagesOf = (calls: readonly Call[]): string[] =>
  calls
    .flatMap(({ args }) => args.filter((arg) => arg === "." || /^[a-z][a-z0-9.]*\.[a-z]+\//.test(arg)))
    .sort()

function tagsOf({ args }: Call): string {
  const flag = args.indexOf("-tags")
  return flag < 0 ? "" : (args[flag + 1] ?? "")
}

test("all heavy steps are builders, and have a cost", () => {
  const heavy = steps.filter((step) => step.heavy)
  expect(heavy.filter((step) => !step.fetch).map(({ id }) => id)).toEqual([])
  expect(heavy.filter((step) => !step.cost).map(({ id }) => id)).toEqual([])
  expect(builders).toHaveLength(17)
  expect(costly.filter((id) => !steps.some((step) => step.id === id))).toEqual([])
})

// Downloads go when the steps that named them are made: one that was not named could go while its step reads it.
test.each(builders)("$id downloads for all that it builds", async (step) => {
  const built = await callsOf(step, (ctx) => step.run(ctx))
  const fetched = await callsOf(step, async (ctx) => step.fetch?.(ctx))
  expect(packagesOf(built).length).toBeGreaterThan(0)
  expect(packagesOf(fetched)).toEqual(packagesOf(built))
  expect(new Set(built.map(({ options }) => options.cwd))).toEqual(
    new Set(fetched.map(({ options }) => options.cwd)),
  )
  expect(fetched.map(({ options }) => options.env)).toEqual([built[0]?.options.env])
})

test("what is built with tags is downloaded for with these tags", async () => {
  const engine = builders.find(({ id }) => id === "engine-binaries")
  if (!engine) throw new Error("there is no engine among the builders")
  const built = await callsOf(engine, (ctx) => engine.run(ctx))
  const fetched = await callsOf(engine, async (ctx) => engine.fetch?.(ctx))
  expect(built.map(tagsOf)).toEqual(["dfexcludepatterns,dfparents", ""])
  expect(fetched.map(tagsOf)).toEqual(["dfexcludepatterns,dfparents"])
})

test("what is built on demand is no part of up, and has up build nothing more", () => {
  const python = [
    "rootfs-python",
    "rootfs-python-slim",
    "python-library",
    "image-python",
    "image-python-slim",
  ]
  const java = ["rootfs-jdk", "maven-distribution", "image-maven", "image-java-base"]
  const archives = ["sonarqube-files", "sonar-scanner-files", "sarif-schema-files", "groovy-files"]
  const sonar = [...archives, "image-sonarqube", "image-sonar-scanner"]
  const tools = ["hadolint", "shellcheck", "kube-score", "semgrep", "bandit", "actionlint", "zizmor"]
  const linters = tools.flatMap((name) => [`tool-${name}`, `image-${name}`])
  const osv = ["tool-osv-scanner", "image-osv-scanner", "image-advisories-osv"]
  const services = ["rootfs-services", "image-postgres", "image-redis"]
  const browser = ["rootfs-browser", "image-browser"]
  const goAndRust = ["rootfs-rust", "rootfs-rust-arm64", "go-toolchain", "image-go", "image-rust"]
  const platforms = ["rootfs-nginx-arm64", "image-nginx-arm64", "image-nginx-platforms"]
  expect(onDemandSteps.map(({ id }) => id).sort()).toEqual(
    [
      "tool-cosign",
      ...python,
      ...goAndRust,
      ...java,
      ...services,
      ...browser,
      ...platforms,
      ...linters,
      ...osv,
      ...sonar,
    ].sort(),
  )
  const ids = stepsOfUp.map(({ id }) => id)
  expect(onDemandSteps.filter(({ id }) => ids.includes(id))).toEqual([])
  // Of what `up` builds, only the system that all small images take files from, nginx, which another processor's joins, and the
  // advisories, which it has in another form.
  const needed = new Set(onDemandSteps.flatMap(({ needs }) => needs))
  expect(ids.filter((id) => needed.has(id))).toEqual(["advisories-database", "rootfs-donor", "image-nginx"])
})
