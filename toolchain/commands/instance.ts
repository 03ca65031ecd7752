import { type EngineInstance, type InstanceOptions, removeInstance, startInstance } from "../engine/index.ts"
import { enginePartsOf, engineSteps, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps, ToolchainError, takeLock } from "../steps/index.ts"
import { environmentOf } from "./environment.ts"

/** An engine beside the main one, which ends and takes its state along when it is disposed of. */
export interface FurtherEngine extends AsyncDisposable {
  readonly instance: EngineInstance
  /** Variables for its clients. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Starts an engine beside the main one, made from the same parts: its own state, control group, network and address. For
 * tests of what one engine cannot show: a remote one, one without the internet, two at once.
 * @throws ToolchainError `ENGINE_UNBUILT` where `up` has built no engine
 */
export async function startEngine({
  instance: name,
  ...options
}: { readonly instance: string } & Omit<InstanceOptions, "name">): Promise<FurtherEngine> {
  const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache, only: engineSteps })
  if (outputs.missing.length > 0) {
    throw new ToolchainError(
      "ENGINE_UNBUILT",
      `A further engine is made from the toolchain's parts, of which these are not built: ${outputs.missing.join(", ")}.`,
      "Run `npm run toolchain -- up` first.",
    )
  }
  const parts = await enginePartsOf(outputs)
  const release = await takeLock("services", `start the engine ${name}`, () => undefined)
  try {
    const instance = await startInstance(parts, { name, ...options })
    return {
      instance,
      environment: environmentOf(outputs, instance.address),
      [Symbol.asyncDispose]: () => removeInstance(instance),
    }
  } finally {
    await release()
  }
}
