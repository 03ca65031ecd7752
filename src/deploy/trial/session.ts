import { mkdir, readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { KnownSecrets } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import { systemClock } from "../clock.ts"
import { type ClusterApi, HttpsClusterApi } from "../cluster/index.ts"
import { type Helm, HelmCli } from "../helm/index.ts"
import {
  credentialsOf,
  kubeconfigText,
  memoryDirectory,
  readKubeconfig,
  secretsOfCredentials,
  writeKubeconfig,
} from "../kubeconfig/index.ts"
import { Children } from "../process/children.ts"
import { childEnvironments } from "../process/environments.ts"
import type { FoundCluster } from "./kept.ts"
import { type TrialRequest, trialRequest } from "./request.ts"

/** Helm revisions that a try keeps: nobody goes back to one, and Helm needs the one that it upgrades from. */
const history = 2

export interface TrialArguments {
  /** Path of request.json. */
  readonly input: string
  /** Path of the kubeconfig as it was given: plain or base64. */
  readonly kubeconfig: string
  readonly out: string
  /** A memory file system for secrets. */
  readonly memory: string
}

/** What one call of a try acts through. */
export interface TrialSession {
  readonly request: TrialRequest
  /** Where chart/ and values/ are. */
  readonly directory: string
  readonly cluster: FoundCluster
  readonly api: ClusterApi
  readonly helm: Helm
  readonly children: Children
  /** Path of the kubeconfig in memory. */
  readonly kubeconfig: string
  /** Directory in memory for generated files. */
  readonly work: string
  readonly out: string
  /** What no text may show. */
  readonly secrets: KnownSecrets
  say(line: string): void
  close(): Promise<void>
}

/** @throws USAGE */
export function trialArguments(argv: readonly string[]): TrialArguments & { readonly command: string } {
  const options = {
    input: { type: "string", default: "" },
    kubeconfig: { type: "string", default: "" },
    out: { type: "string", default: "" },
    memory: { type: "string", default: "/dev/shm" },
  } as const
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
  return { ...values, command: positionals[0] ?? "" }
}

/**
 * Opens what a call acts through; no request goes to the cluster yet.
 * @throws CONFIG_INVALID, KUBECONFIG_REFUSED, SECRET_MISSING
 */
export async function openTrial(args: TrialArguments): Promise<TrialSession> {
  const request = await readRequest(args.input)
  const { namespace, release, server } = request
  const raw = readKubeconfig(await kubeconfigText(args.kubeconfig))
  const noPins = { server: null, caFingerprint: null }
  const own = credentialsOf(raw, noPins)
  const credentials = credentialsOf(raw, noPins, server)
  const memory = await memoryDirectory(args.memory)
  const kubeconfig = await writeKubeconfig(memory, credentials, namespace)
  const work = join(memory.path, "work")
  await mkdir(work)
  const children = new Children(childEnvironments(memory, undefined))
  const api = new HttpsClusterApi(credentials, { clock: systemClock })
  const secrets = new KnownSecrets()
  secrets.learn(secretsOfCredentials(credentials))
  return {
    request,
    directory: dirname(args.input),
    cluster: own,
    api,
    helm: new HelmCli(children, { release, namespace, kubeconfig, history, secrets }),
    children,
    kubeconfig,
    work,
    out: args.out,
    secrets,
    say: (line) => process.stdout.write(`${secrets.hide(line)}\n`),
    close: async () => {
      children.killAll()
      api.close()
      await memory.remove()
    },
  }
}

async function readRequest(path: string): Promise<TrialRequest> {
  const parsed = trialRequest.safeParse(JSON.parse(await readFile(path, "utf8")))
  if (parsed.success) return parsed.data
  throw new SignalboxError("CONFIG_INVALID", {
    what: "the request of the try is not valid",
    where: path,
    why: parsed.error.issues
      .map((issue) => `${issue.path.join(".") || "document"}: ${issue.message}`)
      .join("; "),
  })
}
