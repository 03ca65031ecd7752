import { execa } from "execa"
import { adminKubeconfig } from "../../../toolchain/cluster/tenant/kubeconfig.ts"
import { testInstance } from "./instance.ts"
import { toolPath } from "./tools.ts"

/** kubectl with the administrator's rights. Rejects with its error text. */
export async function kubectl(args: readonly string[], input = ""): Promise<string> {
  const { stdout } = await execa("kubectl", ["--kubeconfig", adminKubeconfig(testInstance), ...args], {
    env: { PATH: toolPath, HOME: "/nonexistent" },
    extendEnv: false,
    input,
    stripFinalNewline: false,
  })
  return stdout
}
