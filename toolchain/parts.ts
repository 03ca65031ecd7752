import { engineBinaries, enginePackages, engineService } from "./engine/index.ts"
import { registryBinary, registryService } from "./registry/index.ts"
import type { Service, Step, StepOutputs } from "./steps/index.ts"

/** Every step of every part. */
export const steps: readonly Step[] = [registryBinary, engineBinaries]

/** What a running engine with its registry needs, without any tool's image. */
export const engineSteps: readonly string[] = [registryBinary.id, engineBinaries.id]

/** Debian packages that steps and services call. */
export const debianPackages: readonly string[] = [...enginePackages]

/** What `up` starts, in this order; `down` stops it in the opposite one. */
export async function servicesOf(outputs: StepOutputs): Promise<readonly Service[]> {
  return [
    registryService(outputs.output(registryBinary.id)),
    engineService({ binaries: outputs.output(engineBinaries.id) }),
  ]
}
