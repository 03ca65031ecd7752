import { randomBytes } from "node:crypto"
import { type Container, dag } from "@dagger.io/dagger"
import type { EnvironmentConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import { clusterPorts, effect, embeddedCluster, whyFailed } from "../toolbox/index.ts"
import type { ClusterAccess, ReachedCluster, Session } from "./session.ts"

/** Where the driver's container has what programs of the tests must not see: nobody but root may enter it. */
export const privateDirectory = "/private"
export const kubeconfigFile = `${privateDirectory}/kubeconfig`
const alias = "cluster"
/** An image that never says that it is ready would keep the call for ever; this leaves time to pull one. */
const readyWithinSeconds = 180

/**
 * How this call reaches an environment: by what the caller gave, else, where the environment says `embedded`, by a
 * cluster of its own that the call starts once and that ends with it.
 * @throws SECRET_MISSING without a kubeconfig, CONFIG_INVALID when the toolbox names no cluster, CLUSTER_UNREACHABLE
 * when it does not start.
 */
export async function accessTo(
  session: Session,
  environment: EnvironmentConfig,
  argument: ClusterAccess,
): Promise<ReachedCluster> {
  const access = session.accessGiven(environment.name, argument)
  assertAccess(environment, access)
  const { kubeconfig, cluster } = access
  if (kubeconfig !== undefined) return { kubeconfig, cluster }
  return session.ownCluster(environment.name, () => startEmbedded(session))
}

/** @throws SECRET_MISSING where neither a kubeconfig is given nor the environment may be on a cluster of the call. */
export function assertAccess(environment: EnvironmentConfig, { kubeconfig, cluster }: ClusterAccess): void {
  if (kubeconfig !== undefined || (cluster === undefined && environment.cluster.embedded)) return
  throw new SignalboxError("SECRET_MISSING", {
    what: `environment ${environment.name} needs a kubeconfig`,
    ...(cluster === undefined
      ? {}
      : { why: "--cluster names an API server, and nothing that it would accept" }),
    next: `call with --kubeconfig env://NAME or file://PATH (plain or base64), or before the call: with-access --environment ${environment.name} --kubeconfig …`,
  })
}

/** The container with the kubeconfig mounted, for root alone, and, where there is a service, that one bound. */
export function withAccess(container: Container, { kubeconfig, cluster }: ReachedCluster): Container {
  const root = { owner: "0:0", mode: 0o400 }
  const withSecret = container.withMountedSecret(kubeconfigFile, kubeconfig, root)
  return cluster === undefined ? withSecret : withSecret.withServiceBinding(alias, cluster)
}

/** The address that replaces the kubeconfig's; null: its own is dialled. */
export async function serverAddress({ cluster }: ReachedCluster): Promise<string | null> {
  if (cluster === undefined) return null
  const [first] = await cluster.ports()
  return `https://${alias}:${first === undefined ? clusterPorts.api : await first.port()}`
}

/** A constant script: Node has a client for HTTP, and is the one tool that every toolbox has. */
const readAuthority = `
const answer = await fetch("http://${alias}:${clusterPorts.ready}/ca.crt")
if (!answer.ok) throw new Error("/ca.crt answers " + answer.status)
process.stdout.write(await answer.text())
`

async function startEmbedded(session: Session): Promise<ReachedCluster> {
  const token = randomBytes(32).toString("hex")
  const unique = `${session.id}-${randomBytes(4).toString("hex")}`
  const service = embeddedCluster(await session.toolbox(), dag.setSecret(`cluster-token-${unique}`, token))
  // Started by itself: bound only, it would be stopped some seconds after the exec, and its state be gone.
  const cluster = await starting(() => inTime(service.start()))
  session.atEnd(async () => {
    await cluster.stop({ kill: true })
  })
  const shell = (await session.shell()).withServiceBinding(alias, cluster)
  const authority = await starting(() =>
    effect(shell, session.nonce).withExec(["node", "--input-type=module", "--eval", readAuthority]).stdout(),
  )
  const kubeconfig = dag.setSecret(`kubeconfig-${unique}`, kubeconfigText(authority, token))
  return { kubeconfig, cluster }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(readyWithinSeconds * 1000)
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () =>
      reject(new Error(`it was not ready within ${readyWithinSeconds} s`)),
    )
  })
  return Promise.race([work, late])
}

async function starting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new SignalboxError(
      "CLUSTER_UNREACHABLE",
      {
        what: "the embedded cluster did not start",
        where: "toolbox.yaml: cluster",
        why: whyFailed(cause),
        next: "look at the image that the toolbox names, or call with --kubeconfig for another cluster",
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
