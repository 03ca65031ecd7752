import { execFile } from "node:child_process"
import { kubectlPath } from "./instance.ts"

/** What a kubectl call ended with. */
export interface Ended {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

/** Runs kubectl with a kubeconfig and nothing of this machine's settings. */
export function kubectl(kubeconfig: string, args: readonly string[], input = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      kubectlPath,
      ["--kubeconfig", kubeconfig, "--request-timeout=30s", ...args],
      { env: { HOME: "/nonexistent" }, timeout: 120_000 },
      (error, stdout, stderr) => resolve({ ok: error === null, stdout, stderr }),
    )
    child.stdin?.end(input)
  })
}

/** The same where failing is no answer. */
export async function kubectlOutput(
  kubeconfig: string,
  args: readonly string[],
  input = "",
): Promise<string> {
  const { ok, stdout, stderr } = await kubectl(kubeconfig, args, input)
  if (!ok) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`)
  return stdout
}
