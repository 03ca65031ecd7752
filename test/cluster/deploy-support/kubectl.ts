import { spawn } from "node:child_process"
import { adminKubeconfig } from "../../../toolchain/cluster/tenant/kubeconfig.ts"
import { testInstance } from "./instance.ts"
import { toolPath } from "./tools.ts"

/** kubectl with the administrator's rights. Rejects with its error text. */
export function kubectl(args: readonly string[], input = ""): Promise<string> {
  const child = spawn("kubectl", ["--kubeconfig", adminKubeconfig(testInstance), ...args], {
    env: { PATH: toolPath, HOME: "/nonexistent" },
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk))
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(stdout).toString())
      else reject(new Error(`kubectl ${args.join(" ")}: ${Buffer.concat(stderr).toString()}`))
    })
  })
}
