import { clusterPackages, clusterRootfs, steps as clusterSteps, hostCluster } from "./cluster/index.ts"
import { withCost } from "./costs.ts"
import { type EngineParts, engineBinaries, enginePackages, engineService } from "./engine/index.ts"
import { steps as imageSteps, onDemandSteps as imagesOnDemand } from "./images/index.ts"
import { groovyFiles, sarifSchemaFiles, sonarqubeFiles, sonarScannerFiles } from "./maven-archives.ts"
import { registryBinary, registryService } from "./registry/index.ts"
import { typescriptSdk, typescriptSdkImage } from "./runtime/index.ts"
import type { Service, Step, StepOutputs } from "./steps/index.ts"
import { cosignStep, kubeScoreStep } from "./tools/index.ts"

/** Every step of every part that `up` builds. */
export const steps: readonly Step[] = [
  registryBinary,
  engineBinaries,
  typescriptSdk,
  ...imageSteps,
  ...clusterSteps,
].map(withCost)

const archives = [sonarqubeFiles, sonarScannerFiles, sarifSchemaFiles, groovyFiles]

/** Steps that `up` leaves out: whoever needs one has it built. */
export const onDemandSteps: readonly Step[] = [cosignStep, kubeScoreStep, ...archives, ...imagesOnDemand].map(
  withCost,
)

/** What a running engine with its registry needs, without most of the tools' images. */
export const engineSteps: readonly string[] = [registryBinary.id, engineBinaries.id, typescriptSdk.id]

/** Debian packages that steps and services call. */
export const debianPackages: readonly string[] = [...new Set([...enginePackages, ...clusterPackages])]

export const registryOf = (outputs: StepOutputs): Service =>
  registryService(outputs.output(registryBinary.id))

/** What every engine of this machine is made from. */
export async function enginePartsOf(outputs: StepOutputs): Promise<EngineParts> {
  const binaries = outputs.output(engineBinaries.id)
  return { binaries, sdk: await typescriptSdkImage(outputs.output(typescriptSdk.id)) }
}

export const engineOf = async (outputs: StepOutputs): Promise<Service> =>
  engineService(await enginePartsOf(outputs))

export const clusterOf = (outputs: StepOutputs, onWait?: (holder: string) => void): Service =>
  hostCluster(outputs.output(clusterRootfs.id), onWait ? { onWait } : {})
