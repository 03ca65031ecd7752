import type { Session } from "../src/call/index.ts"
import type { EnvironmentConfig, Problem, SignalboxConfig } from "../src/config/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import { nodeWith, whyFailed } from "../src/toolbox/index.ts"

/**
 * Reads every file that a deployment will read, so that a mistake in any of them is known before anything is published:
 * found later, it would stop a release on its way.
 * @throws CONFIG_INVALID with all mistakes by file, line and column; CONFIG_MISSING
 */
export async function assertConfigured(session: Session): Promise<void> {
  const { configError } = await import("../src/config/index.ts")
  const problems = await problemsOf(session)
  if (problems.length > 0) throw configError(problems)
  const config = await session.config()
  const environments = await Promise.all(config.environments.map((name) => session.environment(name)))
  await Promise.all([
    assertSmokeArrives(session, config, environments),
    assertValues(session, [config.chart.values, ...environments.map(({ values }) => values)]),
    assertLoadScript(session, config.load.script),
  ])
}

/** Mistakes in what is written by hand, of all files at once. */
async function problemsOf(session: Session): Promise<readonly Problem[]> {
  const { checkConfig, checkDocument, checkEnvironment, checkPaths, checkTogether, checkWaivers } =
    await import("../src/config/index.ts")
  const config = checkConfig(await session.configText(), "signalbox.yaml")
  const { value } = config
  if (value === undefined) return config.problems
  const environments = await Promise.all(
    value.environments.map(async (name) => {
      const file = `environments/${name}.yaml`
      return checkEnvironment(await session.file(file), file)
    }),
  )
  const named: string[] = []
  checkPaths(config, environments, (path) => named.push(path) > 0)
  const { source } = session.inputs
  const there = await Promise.all(
    // The source root itself is where a component of a repository with one package lies.
    named.map(async (path) => [path, /^\.\/?$/.test(path) || (await source.exists(path))] as const),
  )
  const present = new Set(there.filter(([, exists]) => exists).map(([path]) => path))
  const read = async <T>(path: string | null, check: (text: string, file: string) => T) =>
    path === null || !present.has(path) ? [] : [check(await session.file(path), path)]
  const { smokeDefinition } = await import("../src/verify/index.ts")
  const all = [
    ...environments,
    ...(await read(value.waivers, checkWaivers)),
    ...(await read(value.smoke, (text, file) => checkDocument(text, file, smokeDefinition))),
  ]
  return [
    ...all.flatMap(({ problems }) => problems),
    ...checkTogether(config, environments),
    ...checkPaths(config, environments, (path) => present.has(path)),
  ]
}

/** @throws CONFIG_INVALID where an environment's access would not pass on what the smoke test asks. */
async function assertSmokeArrives(
  session: Session,
  { smoke }: SignalboxConfig,
  environments: readonly EnvironmentConfig[],
): Promise<void> {
  if (smoke === null) return
  const { parseSmoke } = await import("../src/verify/index.ts")
  const { assertPassesAccess } = await import("../src/deploy/index.ts")
  const { checks } = parseSmoke(await session.file(smoke), smoke)
  for (const { access } of environments) assertPassesAccess(access, checks)
}

async function assertValues(session: Session, paths: readonly (string | null)[]): Promise<void> {
  const { parseValues } = await import("../src/chart/index.ts")
  for (const path of paths) if (path !== null) parseValues(await session.file(path), path)
}

/** As k6 itself reads it, alone: that is how it will run. @throws CONFIG_INVALID */
async function assertLoadScript(session: Session, path: string | null): Promise<void> {
  if (path === null) return
  const script = await session.file(path)
  const variables = ["BASE_URL=http://127.0.0.1", "VERSION=0.0.0", "PROFILE=load"]
  try {
    await nodeWith(await session.toolbox(), ["k6"])
      .withNewFile("/load/load.js", script)
      .withWorkdir("/load")
      .withExec(["k6", "inspect", ...variables.flatMap((one) => ["--env", one]), "load.js"])
      .sync()
  } catch (cause) {
    throw new SignalboxError(
      "CONFIG_INVALID",
      {
        what: "the load script cannot be run",
        where: path,
        why: whyFailed(cause),
        next: "it runs alone, as load.js: bundle what it imports into it",
      },
      { cause },
    )
  }
}
