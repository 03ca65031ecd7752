import type { KubeObject } from "../api.ts"
import { builtinImages } from "../configuration.ts"
import { addresses } from "../layout.ts"

const namespace = "kube-system"
const name = "coredns"
const labels = { "k8s-app": "kube-dns" }

/**
 * CoreDNS, the cluster's name service.
 * @param upstreams name servers for everything outside the cluster; none: such names are not found
 */
export function coredns(upstreams: readonly string[]): readonly KubeObject[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "system:coredns" },
      rules: [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "system:coredns" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace },
      data: { Corefile: corefile(upstreams) },
    },
    service,
    deployment,
  ]
}

/** The name service's own rules. */
export function corefile(upstreams: readonly string[]): string {
  const forward = upstreams.length > 0 ? `\n    forward . ${upstreams.join(" ")}` : ""
  return `.:53 {
    errors
    health {
        lameduck 2s
    }
    ready
    kubernetes ${addresses.domain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 5
    }${forward}
    cache 5
    reload
}
`
}

const service: KubeObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "kube-dns", namespace, labels },
  spec: {
    clusterIP: addresses.dns,
    selector: labels,
    ports: [
      { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
      { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
    ],
  },
}

const deployment: KubeObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace, labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: "system-cluster-critical",
        serviceAccountName: name,
        dnsPolicy: "Default",
        // It may be placed before the node reports ready: that saves a second at each start.
        tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
        containers: [
          {
            name,
            image: builtinImages.coredns,
            imagePullPolicy: "Never",
            args: ["-conf", "/etc/coredns/Corefile"],
            ports: [
              { name: "dns", containerPort: 53, protocol: "UDP" },
              { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
            ],
            resources: { requests: { cpu: "50m", memory: "48Mi" }, limits: { memory: "170Mi" } },
            readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
            livenessProbe: {
              httpGet: { path: "/health", port: 8080 },
              initialDelaySeconds: 10,
              timeoutSeconds: 5,
              failureThreshold: 5,
            },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
            },
            volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
          },
        ],
        volumes: [{ name: "config", configMap: { name } }],
      },
    },
  },
}
