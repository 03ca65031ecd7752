import { dag, type Secret, type Service } from "@dagger.io/dagger"
import { findCluster, imageAddress } from "./reference.ts"
import type { ToolboxFile } from "./schema.ts"

/** Ports of the embedded cluster: the API server's, and a plain one that opens when the cluster is ready. */
export const clusterPorts = { api: 6443, ready: 6444 } as const

/**
 * A Kubernetes of one node as a service, from the toolbox's image. Its state is in memory and ends with the service.
 *
 * Contract of the image: its entrypoint starts the cluster; `CLUSTER_TOKEN` is the administrator's bearer token;
 * `CLUSTER_PLAIN_REGISTRIES` lists `host:port`, separated by commas, of registries without TLS; the API server listens
 * on 6443 with a certificate for the name `cluster`; 6444 opens when pods can run, and serves the CA as `/ca.crt`.
 * @param token 32 or more random letters and digits, generated for this call.
 * @throws CONFIG_INVALID when the toolbox names no cluster.
 */
export function embeddedCluster(toolbox: ToolboxFile, token: Secret): Service {
  return (
    dag
      .container()
      .from(imageAddress(findCluster(toolbox)))
      .withSecretVariable("CLUSTER_TOKEN", token)
      .withEnvVariable("CLUSTER_PLAIN_REGISTRIES", plainHosts(toolbox).join(","))
      .withExposedPort(clusterPorts.api)
      .withExposedPort(clusterPorts.ready)
      // Its kubelet creates mounts, namespaces and control groups, for which it needs root capabilities.
      .asService({ useEntrypoint: true, insecureRootCapabilities: true })
  )
}

function plainHosts(toolbox: ToolboxFile): string[] {
  return [...new Set(toolbox.insecureRegistries.map((registry) => registry.split("/")[0] ?? registry))]
}
