import type { ClusterPins } from "../../domain/index.ts"
import { caFingerprint, credentialsOf } from "./credentials.ts"
import { readKubeconfig } from "./read.ts"

/** Server and authority of a kubeconfig. @throws KUBECONFIG_REFUSED for one that no deployment would take */
export function pinsOf(text: string): ClusterPins {
  const { server, ca } = credentialsOf(readKubeconfig(text), { server: null, caFingerprint: null })
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----/g) ?? []
  return certificates.length === 1 ? { server, caFingerprint: caFingerprint(ca) } : { server }
}
