import type { KubeObject } from "../node/api.ts"

/** Name of the ServiceAccount that deploys into a namespace. */
export const tenantAccount = "signalbox"
const roleName = "signalbox-deployer"
const rbac = "rbac.authorization.k8s.io"

const read = ["get", "list", "watch"]
const write = [...read, "create", "update", "patch", "delete", "deletecollection"]

const rule = (group: string, verbs: readonly string[], ...resources: readonly string[]) => ({
  apiGroups: [group],
  resources,
  verbs,
})

/** What helm and kubectl need to deploy, watch, diagnose and take back an application in one namespace. */
export const tenantRules = [
  rule(
    "",
    write,
    "configmaps",
    "endpoints",
    "persistentvolumeclaims",
    "pods",
    "secrets",
    "serviceaccounts",
    "services",
  ),
  rule("", read, "resourcequotas", "limitranges"),
  rule("", [...read, "create", "patch"], "events"),
  rule("events.k8s.io", [...read, "create", "patch"], "events"),
  rule("", ["get"], "pods/log", "namespaces"),
  rule("", ["get", "create"], "pods/portforward"),
  // A verb for each HTTP method that smoke and load tests send through the API server.
  rule("", ["get", "create", "update", "patch", "delete"], "services/proxy"),
  rule("", ["create"], "serviceaccounts/token"),
  rule("apps", write, "deployments", "replicasets", "statefulsets"),
  rule("apps", ["get", "update", "patch"], "deployments/scale", "statefulsets/scale"),
  rule("apps", read, "controllerrevisions"),
  rule("autoscaling", write, "horizontalpodautoscalers"),
  rule("batch", write, "jobs", "cronjobs"),
  rule("coordination.k8s.io", write, "leases"),
  rule("discovery.k8s.io", write, "endpointslices"),
  rule("networking.k8s.io", write, "ingresses", "networkpolicies"),
  rule("policy", write, "poddisruptionbudgets"),
] as const

/**
 * A namespace and an account that may do everything an application's deployment needs in it, and nothing outside
 * it. Pods of the namespace stay away from the node (Pod Security level `baseline`): whoever could mount the node's
 * file system could act in every namespace.
 */
export function tenantObjects(namespace: string): readonly KubeObject[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: tenantAccount, namespace } },
    { apiVersion: `${rbac}/v1`, kind: "Role", metadata: { name: roleName, namespace }, rules: tenantRules },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: roleName, namespace },
      roleRef: { apiGroup: rbac, kind: "Role", name: roleName },
      subjects: [{ kind: "ServiceAccount", name: tenantAccount, namespace }],
    },
  ]
}
