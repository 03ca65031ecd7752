import type { Changeset } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { buildRequest } from "./build.ts"

/**
 * What the formatters and linters of components can mend, as a changeset over the source.
 * @param chosen a component; default: all
 * @throws UNKNOWN_COMPONENT; TOOL_FAILED where a tool could not do its work
 */
export async function fix(session: Session, chosen: string | undefined): Promise<Changeset> {
  const [{ mended }, { componentNamed }, request] = await Promise.all([
    import("../src/languages/index.ts"),
    import("../src/config/index.ts"),
    buildRequest(session, "branch"),
  ])
  const { config, source } = request
  const names = chosen === undefined ? Object.keys(config.components) : [chosen]
  let tree = source
  for (const name of names) {
    const component = componentNamed(config, name)
    const { tools, files } = await mended({ ...request, name, component })
    console.log(`${name}: ${told(tools, [...files.keys()])}`)
    for (const [path, file] of files) tree = tree.withFile(path, file)
  }
  return tree.changes(source)
}

function told(tools: readonly string[], paths: readonly string[]): string {
  if (tools.length === 0) return "none of its tools is known to mend anything"
  const by = [...new Set(tools)].join(", ")
  return paths.length === 0 ? `${by}: nothing to mend` : `${by} mended ${paths.join(", ")}`
}
