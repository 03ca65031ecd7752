import type { Session } from "../src/call/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import { nodeWith, whyFailed } from "../src/toolbox/index.ts"

/**
 * Reads every file that a deployment will read, so that a mistake in any of them is known before anything is published:
 * found later, it would stop a release on its way.
 * @throws CONFIG_INVALID with all mistakes, CONFIG_MISSING
 */
export async function assertConfigured(session: Session): Promise<void> {
  const config = await session.config()
  const settled = await Promise.allSettled([
    ...config.environments.map((name) => assertEnvironment(session, name)),
    assertWaivers(session, config.waivers),
    assertValues(session, config.chart.values),
    assertLoadScript(session, config.load.script),
  ])
  const failed = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []))
  const [first, ...others] = failed
  if (first === undefined) return
  const problems = failed.filter((one) => one instanceof SignalboxError)
  if (others.length === 0 || problems.length < failed.length) throw first
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${problems.length} files of the configuration are not valid`,
    why: [...new Set(problems.map(({ detail }) => detail.why ?? detail.what))].join("\n"),
    next: "correct the lines above; nothing was started",
  })
}

async function assertEnvironment(session: Session, name: string): Promise<void> {
  const environment = await session.environment(name)
  await assertValues(session, environment.values)
  const { smoke } = await session.config()
  if (smoke === null) return
  const { parseSmoke } = await import("../src/verify/index.ts")
  const { assertPassesAccess } = await import("../src/deploy/index.ts")
  assertPassesAccess(environment.access, parseSmoke(await session.file(smoke), smoke).checks)
}

async function assertWaivers(session: Session, path: string | null): Promise<void> {
  if (path === null) return
  const { parseWaivers } = await import("../src/config/index.ts")
  parseWaivers(await session.file(path), path)
}

async function assertValues(session: Session, path: string | null): Promise<void> {
  if (path === null) return
  const { parseValues } = await import("../src/chart/index.ts")
  parseValues(await session.file(path), path)
}

/** As k6 itself reads it, alone and without a network address to load: that is how it will run. */
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
        why: `${path}: ${whyFailed(cause)}`,
        next: "it runs alone, as load.js: bundle what it imports into it",
      },
      { cause },
    )
  }
}
