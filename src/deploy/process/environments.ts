import { join } from "node:path"
import type { MemoryDirectory } from "../kubeconfig/index.ts"
import type { ChildEnvironments } from "./children.ts"

const common = () => ({ PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" })

/**
 * Children see this and nothing else: no token, no proxy setting, no user's home directory.
 * @param open what programs of the tests may read. Default: none is started.
 */
export function childEnvironments(
  memory: MemoryDirectory,
  open: MemoryDirectory | undefined,
): ChildEnvironments {
  const home = join(memory.path, "home")
  return {
    driver: {
      ...common(),
      HOME: home,
      TMPDIR: memory.path,
      KUBECACHEDIR: join(home, "kube-cache"),
      HELM_CACHE_HOME: join(home, "helm-cache"),
      HELM_CONFIG_HOME: join(home, "helm-config"),
      HELM_DATA_HOME: join(home, "helm-data"),
    },
    // No path of a directory that the driver stores files in.
    tests: { ...common(), HOME: open?.path ?? "/nonexistent" },
  }
}
