import { dag } from "@dagger.io/dagger"

/** What says on which platform a build runs. */
export type Engine = Pick<typeof dag, "defaultPlatform">

/** The platform that the engine runs programs of: `linux/arm64`, without the variant that some engines name. */
export async function enginePlatform(engine: Engine = dag): Promise<string> {
  return (await engine.defaultPlatform()).split("/").slice(0, 2).join("/")
}
