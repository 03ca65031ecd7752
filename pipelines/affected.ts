import type { Outcome, Session } from "../src/call/index.ts"
import { type Affected, type AffectedScope, affectedBy, ExitCode, scopeOf } from "../src/domain/index.ts"
import { changedPaths, revisionNamed, type Since } from "./changed-paths.ts"
import { leftOutOfBase } from "./component-parts.ts"
import { projectParts } from "./project-parts.ts"

/** What has changed since a base revision, and what it can reach. */
export interface AffectedSince {
  readonly since: Since
  readonly affected: Affected
}

/**
 * What has changed since a base revision, committed or not, and what that can reach.
 * @param argument which names the revision, for messages: `--since`
 * @throws USAGE, SHALLOW_CLONE, HISTORY_INCOMPLETE, TOOL_FAILED as `revisionNamed` and `changedPaths`
 */
export async function affectedSince(
  session: Session,
  ref: string,
  argument = "--since",
): Promise<AffectedSince> {
  const since = await revisionNamed(session, ref, argument)
  const [changed, project] = await Promise.all([changedPaths(session, since), projectParts(session)])
  const base = await leftOutOfBase(session, since.commit, changed)
  const components = project.components.map((one) => ({
    ...one,
    leftOut: [...one.leftOut, ...(base.get(one.name) ?? [])],
  }))
  return { since, affected: affectedBy(changed, { ...project, components }) }
}

/** The part of the project that a partial call is about. */
export async function scopeSince(
  session: Session,
  ref: string,
  of: "image" | "checks",
): Promise<AffectedScope> {
  const { since, affected } = await affectedSince(session, ref, "--affected")
  return scopeOf(affected, { ...since, of })
}

/** The call `affected`, as Markdown or as JSON. */
export async function affected(session: Session, ref: string, form: "markdown" | "json"): Promise<Outcome> {
  const { since, affected: found } = await affectedSince(session, ref)
  const { affectedJson, affectedMarkdown } = await import("../src/report/index.ts")
  const stdout = form === "json" ? affectedJson(found, since) : affectedMarkdown(found, since)
  return { exitCode: ExitCode.pass, stdout }
}
