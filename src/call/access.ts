import { randomBytes } from "node:crypto"
import { type Container, dag } from "@dagger.io/dagger"
import type { EnvironmentConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import { clusterPorts, effect, embeddedCluster, toolContainer, whyFailed } from "../toolbox/index.ts"
import type { ClusterAccess, ReachedCluster, Session } from "./session.ts"

/** Directory in the driver's container that only root may enter, so that the tests' programs cannot read the kubeconfig. */
export const privateDirectory = "/private"
export const kubeconfigFile = `${privateDirectory}/kubeconfig`
const alias = "cluster"
/** Limit for a cluster image that never becomes ready: without it the call would wait for ever. Leaves time to pull one. */
const readyWithinSeconds = 180

/** What of an environment counts for how it is reached. */
type ReachedPlace = Pick<EnvironmentConfig, "name" | "cluster">

/**
 * How this call reaches an environment: with the caller's kubeconfig, or else, where the environment says `embedded`, on
 * an embedded cluster that the call starts once and stops when it ends.
 * @throws SECRET_MISSING without a kubeconfig, CONFIG_INVALID when the toolbox names no cluster, CLUSTER_UNREACHABLE
 * when it does not start.
 */
export async function accessTo(
  session: Session,
  environment: ReachedPlace,
  argument: ClusterAccess,
): Promise<ReachedCluster> {
  const access = session.resolveAccess(environment.name, argument)
  assertAccess(environment, access)
  const { kubeconfig, cluster } = access
  if (kubeconfig !== undefined) return { kubeconfig, cluster }
  return session.ownCluster(environment.name, () => startEmbedded(session))
}

/** @throws SECRET_MISSING without a kubeconfig, unless the environment may run on an embedded cluster. */
export function assertAccess(environment: ReachedPlace, { kubeconfig, cluster }: ClusterAccess): void {
  if (kubeconfig !== undefined || (cluster === undefined && environment.cluster.embedded)) return
  throw new SignalboxError("SECRET_MISSING", {
    what: `environment ${environment.name} needs a kubeconfig`,
    ...(cluster === undefined ? {} : { why: "--cluster names an API server, but no credential for it" }),
    next: `add --kubeconfig env://NAME or file://PATH (plain or base64) to the call; or give it before the call: dagger call with-access --environment ${environment.name} --kubeconfig env://NAME FUNCTION …`,
  })
}

/** Mounts the kubeconfig, readable by root only, and binds the cluster's service where there is one. */
export function withAccess(container: Container, { kubeconfig, cluster }: ReachedCluster): Container {
  const root = { owner: "0:0", mode: 0o400 }
  const withSecret = container.withMountedSecret(kubeconfigFile, kubeconfig, root)
  return cluster === undefined ? withSecret : withSecret.withServiceBinding(alias, cluster)
}

/** The API server's address that replaces the kubeconfig's; null where the kubeconfig's own is used. */
export async function serverAddress({ cluster }: ReachedCluster): Promise<string | null> {
  if (cluster === undefined) return null
  const [first] = await cluster.ports()
  return `https://${alias}:${first === undefined ? clusterPorts.api : await first.port()}`
}

/** Reads the cluster's CA by Node's HTTP client, because Node is the one tool that every toolbox has. */
const readAuthority = `
const answer = await fetch("http://${alias}:${clusterPorts.ready}/ca.crt")
if (!answer.ok) throw new Error("/ca.crt answers " + answer.status)
process.stdout.write(await answer.text())
`

async function startEmbedded(session: Session): Promise<ReachedCluster> {
  const token = randomBytes(32).toString("hex")
  const unique = `${session.id}-${randomBytes(4).toString("hex")}`
  const service = embeddedCluster(await session.toolbox(), dag.setSecret(`cluster-token-${unique}`, token))
  // Started explicitly: the engine stops a merely bound service seconds after the exec, and with it the cluster's state.
  const cluster = await orUnreachable(() => withinReadyLimit(service.start()))
  session.addCleanup(async () => {
    await cluster.stop({ kill: true })
  })
  // Started first: an image of ours that cannot be pulled is no failure of the cluster.
  const node = toolContainer(await session.toolbox(), "node")
  const shell = (await node.sync()).withServiceBinding(alias, cluster)
  const authority = await orUnreachable(() =>
    effect(shell, session.nonce).withExec(["node", "--input-type=module", "--eval", readAuthority]).stdout(),
  )
  const kubeconfig = dag.setSecret(`kubeconfig-${unique}`, kubeconfigText(authority, token))
  return { kubeconfig, cluster }
}

async function withinReadyLimit<T>(work: Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(readyWithinSeconds * 1000)
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () =>
      reject(new Error(`it was not ready within ${readyWithinSeconds} s`)),
    )
  })
  return Promise.race([work, late])
}

/** @throws CLUSTER_UNREACHABLE where the work fails */
async function orUnreachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new SignalboxError(
      "CLUSTER_UNREACHABLE",
      {
        what: "the embedded cluster did not start",
        where: "toolbox.yaml: cluster",
        why: whyFailed(cause),
        next: "check the image that the toolbox names, or call with --kubeconfig for another cluster",
      },
      { cause },
    )
  }
}

function kubeconfigText(authority: string, token: string): string {
  const server = `https://${alias}:${clusterPorts.api}`
  const certificate = Buffer.from(authority, "utf8").toString("base64")
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "embedded", cluster: { server, "certificate-authority-data": certificate } }],
    users: [{ name: "embedded", user: { token } }],
    contexts: [{ name: "embedded", context: { cluster: "embedded", user: "embedded" } }],
    "current-context": "embedded",
  })
}
