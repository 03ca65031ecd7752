import { type Directory, dag } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import { wrapperFiles } from "../src/wrappers/index.ts"
import { underOwnExtends } from "./shared-policy.ts"

/**
 * The CI files of a project that calls the module by its address; `npm run wrappers` writes those of this repository.
 * @throws USAGE without an address in a project that has no module of its own: its CI files would have nothing to call.
 */
export async function wrappers(session: Session, module: string | undefined): Promise<Directory> {
  if (module === undefined && !(await session.inputs.source.exists("dagger.json")))
    throw new SignalboxError("USAGE", {
      what: "the project has no module of its own to call",
      where: "dagger.json",
      next: "name this module's address, as after -m: wrappers --module github.com/example/signalbox@v1.0.0",
    })
  // An environment that only the shared policy protects needs the job that waits for an approval, too.
  const held = await underOwnExtends(session)
  const config = await held.config()
  const read = async (name: string) => [name, await held.environment(name)] as const
  const environments: Record<string, EnvironmentConfig> = Object.fromEntries(
    await Promise.all(config.environments.map(read)),
  )
  const files = Object.entries(wrapperFiles(config, environments, module))
  return files.reduce((directory, [path, text]) => directory.withNewFile(path, text), dag.directory())
}
