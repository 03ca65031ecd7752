import { caFingerprint, credentialsOf } from "./credentials.ts"
import { readKubeconfig } from "./read.ts"

/** What an environment pins of a cluster. */
export interface PinnedCluster {
  readonly server: string
  /** Absent where the kubeconfig trusts several authorities: which of them signs the server's certificate, it does not say. */
  readonly caFingerprint?: string
}

/** Server and authority of a kubeconfig. @throws KUBECONFIG_REFUSED for one that no deployment would take */
export function pinsOf(text: string): PinnedCluster {
  const { server, ca } = credentialsOf(readKubeconfig(text), { server: null, caFingerprint: null })
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----/g) ?? []
  return certificates.length === 1 ? { server, caFingerprint: caFingerprint(ca) } : { server }
}
