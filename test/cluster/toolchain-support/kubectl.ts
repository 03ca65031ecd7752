import { execa } from "execa"
import { kubectlPath } from "./instance.ts"

/** What a kubectl call ended with. */
export interface Ended {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

/** Runs kubectl with a kubeconfig and nothing of this machine's settings. */
export async function kubectl(kubeconfig: string, args: readonly string[], input = ""): Promise<Ended> {
  const { failed, stdout, stderr } = await execa(
    kubectlPath,
    ["--kubeconfig", kubeconfig, "--request-timeout=30s", ...args],
    {
      ...{ env: { HOME: "/nonexistent" }, extendEnv: false, timeout: 120_000 },
      ...{ input, stripFinalNewline: false, reject: false },
    },
  )
  return { ok: !failed, stdout, stderr }
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
