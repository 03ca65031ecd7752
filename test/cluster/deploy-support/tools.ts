import { steps } from "../../../toolchain/parts.ts"
import { paths, repositoryRoot } from "../../../toolchain/paths.ts"
import { planSteps } from "../../../toolchain/steps/index.ts"

const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })
const built = ["tool-helm", "tool-k6", "kube-binaries"].map((step) => outputs.output(step)).join(":")

/** PATH on which helm, kubectl and k6 are: the toolchain's, or those of SIGNALBOX_TEST_TOOLS. */
export const toolPath = [process.env.SIGNALBOX_TEST_TOOLS ?? built, process.env.PATH].join(":")
