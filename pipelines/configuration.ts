import type { Session } from "../src/call/index.ts"
import type { EnvironmentConfig, Problem, SignalboxConfig } from "../src/config/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import { nodeWith, whyFailed } from "../src/toolbox/index.ts"
import type { SmokeDefinition } from "../src/verify/index.ts"

/**
 * Reads every file that a deployment will read, so that a mistake in any of them is reported before anything is
 * published: found later, it would stop a release halfway through its environments.
 * @throws CONFIG_INVALID with all mistakes by file, line and column; CONFIG_MISSING
 */
export async function assertConfigurationValid(session: Session): Promise<void> {
  const { configError } = await import("../src/config/index.ts")
  const { problems, smoke } = await checkFiles(session)
  if (problems.length > 0) throw configError(problems)
  const config = await session.config()
  const environments = await Promise.all(config.environments.map((name) => session.environment(name)))
  await assertSmokeReachesApplication(smoke, config.components, environments)
  await Promise.all([
    assertValues(session, [config.chart.values, ...environments.map(({ values }) => values)]),
    assertLoadScript(session, config.load.script),
  ])
}

/** The mistakes of all hand-written files together, and the smoke test where there is one. */
interface FileCheck {
  readonly problems: readonly Problem[]
  readonly smoke?: SmokeDefinition | undefined
}

async function checkFiles(session: Session): Promise<FileCheck> {
  const { checkDocument, checkPaths, checkTogether, checkWaivers, loadWithoutScript } = await import(
    "../src/config/index.ts"
  )
  const config = await session.checkedConfig()
  const { value } = config
  if (value === undefined) return { problems: config.problems }
  const environments = await Promise.all(value.environments.map((name) => session.checkedEnvironment(name)))
  const referenced: string[] = []
  checkPaths(config, environments, (path) => referenced.push(path) > 0)
  const { source } = session.inputs
  const existence = await Promise.all(
    // A repository with a single package has its component at the source root.
    referenced.map(async (path) => [path, /^\.\/?$/.test(path) || (await source.exists(path))] as const),
  )
  const present = new Set(existence.filter(([, exists]) => exists).map(([path]) => path))
  const read = async <T>(path: string | null, check: (text: string, file: string) => T) =>
    path === null || !present.has(path) ? undefined : check(await session.file(path), path)
  const { smokeDefinition } = await import("../src/verify/index.ts")
  const waivers = await read(value.waivers, checkWaivers)
  const smoke = await read(value.smoke, (text, file) => checkDocument(text, file, smokeDefinition))
  const problems = [
    ...environments.flatMap((environment) => environment.problems),
    ...(waivers?.problems ?? []),
    ...(smoke?.problems ?? []),
    ...checkTogether(config, environments),
    ...environments.flatMap((environment) => loadWithoutScript(environment, value.load.script)),
    ...checkPaths(config, environments, (path) => present.has(path)),
  ]
  return { problems, smoke: smoke?.value }
}

/** @throws CONFIG_INVALID where no smoke test is possible, or an environment's access would not forward what it sends. */
async function assertSmokeReachesApplication(
  smoke: SmokeDefinition | undefined,
  components: SignalboxConfig["components"],
  environments: readonly EnvironmentConfig[],
): Promise<void> {
  if (smoke === undefined) {
    if (Object.values(components).some(({ health }) => health !== undefined)) return
    throw new SignalboxError("CONFIG_INVALID", {
      what: "there is no check that a deployment works",
      where: "signalbox.yaml: smoke",
      why: "there is no smoke test, and no component has a health path",
      next: "name a smoke test (smoke: smoke.yaml), or a path that answers 200 (components.NAME.health)",
    })
  }
  const { assertPassesAccess } = await import("../src/deploy/index.ts")
  for (const { access } of environments) assertPassesAccess(access, smoke.checks)
}

async function assertValues(session: Session, paths: readonly (string | null)[]): Promise<void> {
  const { parseValues } = await import("../src/chart/index.ts")
  for (const path of paths) if (path !== null) parseValues(await session.file(path), path)
}

/** Lets k6 load the script without the rest of the tree, because the load test runs it alone. @throws CONFIG_INVALID */
async function assertLoadScript(session: Session, path: string | null): Promise<void> {
  if (path === null) return
  const script = await session.file(path)
  const { checkScript } = await import("../src/verify/index.ts")
  const variables = ["BASE_URL=http://127.0.0.1", "VERSION=0.0.0", "PROFILE=load"]
  const options = variables.flatMap((variable) => ["--env", variable])
  try {
    await nodeWith(await session.toolbox(), ["k6"])
      .withNewFile("/load/load.js", script)
      .withNewFile("/load/signalbox-check.js", checkScript)
      .withWorkdir("/load")
      .withExec(["k6", "inspect", ...options, "signalbox-check.js"])
      .sync()
  } catch (cause) {
    throw new SignalboxError(
      "CONFIG_INVALID",
      {
        what: "the load script cannot be run",
        where: path,
        why: whyFailed(cause),
        next: "k6 runs the script alone, as load.js: bundle its imports into it",
      },
      { cause },
    )
  }
}
