import { type ClusterInstance, mainInstance } from "../../../toolchain/cluster/index.ts"

/** The toolchain's cluster, or another one of the same making: a ClusterInstance in JSON. */
export const testInstance: ClusterInstance =
  process.env.SIGNALBOX_TEST_INSTANCE === undefined
    ? mainInstance
    : (JSON.parse(process.env.SIGNALBOX_TEST_INSTANCE) as ClusterInstance)
