import { posix } from "node:path"
import type { Outcome, Session } from "../src/call/index.ts"
import { affectedBy, ExitCode, SignalboxError } from "../src/domain/index.ts"
import { projectParts } from "./project-parts.ts"

/** What the call asks about: a path, or a component. */
export interface WhyRequest {
  readonly path: string | undefined
  readonly component: string | undefined
}

/**
 * From a path to what it can reach and because of what, or from a component to what can reach it.
 * @throws USAGE unless exactly one is named, or for a path that leads out of the source; UNKNOWN_COMPONENT
 */
export async function why(session: Session, { path, component }: WhyRequest): Promise<Outcome> {
  const { pathMarkdown, reachMarkdown } = await import("../src/report/index.ts")
  if (path !== undefined && component === undefined) {
    const asked = await pathNamed(session, path)
    const project = await projectParts(session)
    const found = affectedBy([{ path: asked.path, change: "modified" }], project)
    return { exitCode: ExitCode.pass, stdout: pathMarkdown(asked, found) }
  }
  if (component === undefined || path !== undefined)
    throw new SignalboxError("USAGE", {
      what: "why is asked about one path, or about one component",
      next: "name one of them: why --path web/src/main.ts, or why --component web",
    })
  const { componentNamed } = await import("../src/config/index.ts")
  componentNamed(await session.config(), component)
  return { exitCode: ExitCode.pass, stdout: reachMarkdown(await projectParts(session), component) }
}

/** A path of the source as it is compared, and whether it is there: what has been deleted can be asked about, too. */
async function pathNamed(session: Session, text: string): Promise<{ path: string; there: boolean }> {
  const path = posix.normalize(text)
  if (path.startsWith("/") || path === "." || path === "./" || /^\.\.(?:\/|$)/.test(path))
    throw new SignalboxError("USAGE", {
      what: `${JSON.stringify(text)} is no path in the source`,
      where: "--path",
      next: "name it relative to the source root, such as web/src/main.ts",
    })
  const source = await session.source()
  const plain = path.replace(/\/$/, "")
  if (!(await source.exists(plain))) return { path: plain, there: false }
  const parent = posix.dirname(plain)
  const isDirectory = (await source.directory(parent).entries()).includes(`${posix.basename(plain)}/`)
  return { path: isDirectory ? `${plain}/` : plain, there: true }
}
