import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { execa } from "execa"
import { network } from "../../../toolchain/network.ts"

/** What cosign ended with. */
export interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** cosign, which reaches the local registry and nothing else, and knows nothing of earlier calls. */
export interface Cosign extends AsyncDisposable {
  /** A directory for its files. */
  readonly place: string
  run(args: readonly string[]): Promise<Answer>
  /** The same without any network interface, also without the registry's. */
  offline(args: readonly string[]): Promise<Answer>
  /** What it has stored at home, where it would put what it got from Sigstore's servers. */
  stored(): Promise<readonly string[]>
}

export const password = "a password of cosign's"

export async function cosignAt(program: string): Promise<Cosign> {
  const place = await mkdtemp(join(tmpdir(), "signalbox-cosign-"))
  const home = join(place, "home")
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, COSIGN_PASSWORD: password, COSIGN_YES: "true" },
    // Nothing listens there: whatever is not the registry cannot be reached, on whatever machine this runs.
    ...{
      HTTPS_PROXY: "http://127.0.0.1:9",
      HTTP_PROXY: "http://127.0.0.1:9",
      NO_PROXY: network.registryAddress,
    },
  }
  const start = async (command: string, args: readonly string[]): Promise<Answer> => {
    const ended = await execa(command, args, {
      cwd: place,
      env,
      extendEnv: false,
      reject: false,
      timeout: 120_000,
    })
    if (ended.exitCode === undefined) throw new Error(ended.message)
    return { code: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr }
  }
  return {
    place,
    run: (args) => start(program, args),
    offline: (args) => start("unshare", ["--net", "--", program, ...args]),
    stored: () => readdir(home, { recursive: true }).catch(() => []),
    [Symbol.asyncDispose]: () => rm(place, { recursive: true }),
  }
}

/** The arguments by which an auditor verifies attestations with a public key alone: as docs/evidence.md has them. */
export function verifying(key: string, type: string): readonly string[] {
  const registry = "--allow-http-registry"
  return ["verify-attestation", "--key", key, "--insecure-ignore-tlog", "--type", type, registry]
}
