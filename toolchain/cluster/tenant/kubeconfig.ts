import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { exitCode, ToolchainError } from "../../steps/index.ts"
import { type ClusterInstance, files } from "../host/instance.ts"
import { ApiClient, ApiError } from "../node/api.ts"
import { keyPairAt } from "../node/certificate.ts"
import { identityOf, kubeconfig, writePrivate } from "../node/kubeconfig.ts"
import { ports } from "../node/layout.ts"
import { tenantAccount, tenantObjects } from "./objects.ts"

const day = 24 * 60 * 60
const lifetime = 365 * day
/** A token that lives shorter than this is replaced. */
const shortestRest = 30 * day
const longestTermination = 90_000

/** The kubeconfig of the cluster's administrator: a file that only its owner can read. @returns its path */
export function adminKubeconfig(instance: ClusterInstance): string {
  const path = files(instance).adminKubeconfig
  if (!existsSync(path)) throw notUp(instance)
  return path
}

/**
 * Makes a namespace with an account that may deploy into it and do nothing outside, and writes that account's
 * kubeconfig to a file that only its owner can read. A file whose token still works is kept as it is.
 * @returns its path
 * @throws ToolchainError `NAMESPACE_NAME`, `CLUSTER_DOWN`
 */
export async function namespaceKubeconfig(instance: ClusterInstance, namespace: string): Promise<string> {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace))
    throw new ToolchainError(
      "NAMESPACE_NAME",
      `"${namespace}" is no name for a namespace.`,
      "Use up to 63 lower case letters, digits and dashes, with a letter or digit at both ends.",
      exitCode.usage,
    )
  const path = join(instance.directory, "kubeconfigs", `${namespace}.kubeconfig`)
  const api = adminClient(instance)
  try {
    await untilNotTerminating(api, namespace)
    for (const object of tenantObjects(namespace)) await api.apply(object)
    const written = (token: string): string =>
      kubeconfig({ ...endpoint(instance), identity: { token }, namespace, name: namespace })
    if (stillGood(path, written, await accountIdOf(api, namespace))) return path
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 })
    writePrivate(path, written(await newToken(api, namespace)))
    return path
  } catch (error) {
    throw error instanceof ApiError || error instanceof ToolchainError ? error : notUp(instance, error)
  } finally {
    api.close()
  }
}

/** A client with all rights, for the toolchain's own calls. */
export function adminClient(instance: ClusterInstance): ApiClient {
  adminKubeconfig(instance)
  return new ApiClient({
    ...endpoint(instance),
    identity: identityOf(keyPairAt(join(files(instance).state, "pki", "admin"))),
  })
}

/** A namespace that somebody just deleted takes nothing new until it is gone, which takes its pods' grace. */
async function untilNotTerminating(api: ApiClient, namespace: string): Promise<void> {
  const deadline = Date.now() + longestTermination
  while ((await phaseOf(api, namespace)) === "Terminating") {
    if (Date.now() > deadline)
      throw new ToolchainError(
        "NAMESPACE_STUCK",
        `The namespace ${namespace} has been terminating for more than ${longestTermination / 1000} s.`,
        `See what it waits for: kubectl get namespace ${namespace} -o yaml`,
      )
    await sleep(200)
  }
}

async function phaseOf(api: ApiClient, namespace: string): Promise<string | undefined> {
  try {
    const found = (await api.get(`/api/v1/namespaces/${namespace}`)) as { status?: { phase?: string } }
    return found.status?.phase
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}

const endpoint = (instance: ClusterInstance) => ({
  server: `https://${instance.nodeAddress}:${ports.apiServer}`,
  authority: readFileSync(files(instance).authority, "utf8"),
})

const accountPath = (namespace: string): string =>
  `/api/v1/namespaces/${namespace}/serviceaccounts/${tenantAccount}`

async function accountIdOf(api: ApiClient, namespace: string): Promise<string> {
  return ((await api.get(accountPath(namespace))) as { metadata: { uid: string } }).metadata.uid
}

async function newToken(api: ApiClient, namespace: string): Promise<string> {
  const answer = await api.post(`${accountPath(namespace)}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: lifetime },
  })
  return (answer as { status: { token: string } }).status.token
}

/**
 * Whether the file holds a token for this cluster and for the account as it is now, with weeks to live. A token of
 * an account that was deleted and made anew would still be accepted for the seconds that the API server remembers it.
 */
function stillGood(path: string, written: (token: string) => string, accountId: string): boolean {
  if (!existsSync(path)) return false
  const text = readFileSync(path, "utf8")
  const token = tokenIn(text)
  if (token === undefined || text !== written(token)) return false
  const claims = claimsOf(token)
  const secondsLeft = (claims.exp ?? 0) - Date.now() / 1000
  return secondsLeft > shortestRest && claims["kubernetes.io"]?.serviceaccount?.uid === accountId
}

function tokenIn(text: string): string | undefined {
  const document = JSON.parse(text) as { users?: readonly { user?: { token?: string } }[] }
  return document.users?.[0]?.user?.token
}

interface Claims {
  readonly exp?: number
  readonly "kubernetes.io"?: { readonly serviceaccount?: { readonly uid?: string } }
}

const claimsOf = (token: string): Claims =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Claims

const notUp = (instance: ClusterInstance, cause?: unknown): ToolchainError =>
  new ToolchainError(
    "CLUSTER_DOWN",
    `The cluster ${instance.name} does not answer${cause instanceof Error ? `: ${cause.message}` : ""}.`,
    "Start it: npm run toolchain -- cluster up",
    exitCode.unreachable,
  )
