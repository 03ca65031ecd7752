import { parseArgs } from "node:util"
import { exitCode, ToolchainError } from "../../steps/index.ts"
import type { ClusterInstance } from "../host/instance.ts"
import { adminKubeconfig, namespaceKubeconfig } from "./kubeconfig.ts"

/**
 * `cluster kubeconfig [--admin | --namespace NAME]`: which kubeconfig a caller asks for. It is named by its path,
 * never printed: terminals and logs remember.
 * @returns the path of a file that only its owner can read; default: the administrator's
 * @throws ToolchainError `USAGE`, `NAMESPACE_NAME`, `CLUSTER_DOWN`
 */
export async function kubeconfigCommand(instance: ClusterInstance, args: readonly string[]): Promise<string> {
  const { admin, namespace } = parsed(args)
  if (namespace === undefined) return adminKubeconfig(instance)
  if (admin) throw usage("--admin and --namespace ask for two different kubeconfigs")
  return namespaceKubeconfig(instance, namespace)
}

function parsed(args: readonly string[]): { admin?: boolean | undefined; namespace?: string | undefined } {
  try {
    const options = { admin: { type: "boolean" }, namespace: { type: "string" } } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error))
  }
}

const usage = (message: string): ToolchainError =>
  new ToolchainError(
    "USAGE",
    message,
    "npm run toolchain -- cluster kubeconfig [--admin | --namespace NAME]",
    exitCode.usage,
  )
