import { describe, expect, test } from "vitest"
import { kubeconfigCommand, mainInstance, namespaceKubeconfig } from "../../../toolchain/cluster/index.ts"
import { tenantObjects, tenantRules } from "../../../toolchain/cluster/tenant/objects.ts"

const instance = { ...mainInstance, directory: "/nonexistent/cluster" }
const allowed = (resource: string): readonly string[] =>
  tenantRules.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs)

describe("rights in one namespace", () => {
  test("are named one by one", () => {
    for (const { apiGroups, resources, verbs } of tenantRules)
      expect([...apiGroups, ...resources, ...verbs]).not.toContain("*")
  })

  test("lead to no further rights and no node", () => {
    for (const resource of ["roles", "rolebindings", "nodes", "pods/exec", "pods/attach", "clusterroles"])
      expect(allowed(resource), resource).toEqual([])
    expect(allowed("namespaces")).toEqual(["get"])
  })

  test("suffice to deploy, watch, reach and take back an application", () => {
    for (const resource of [
      "deployments",
      "secrets",
      "services",
      "leases",
      "ingresses",
      "poddisruptionbudgets",
    ])
      expect(allowed(resource), resource).toEqual(
        expect.arrayContaining(["create", "patch", "delete", "watch"]),
      )
    expect(allowed("pods/log")).toEqual(["get"])
    expect(allowed("services/proxy")).toEqual(["get", "create", "update", "patch", "delete"])
    expect(allowed("serviceaccounts/token")).toEqual(["create"])
  })

  test("are bound in that namespace, whose pods stay away from the node", () => {
    const [namespace, ...others] = tenantObjects("staging")
    expect(namespace?.metadata.labels).toEqual({ "pod-security.kubernetes.io/enforce": "baseline" })
    expect(others.map(({ kind }) => kind)).toEqual(["ServiceAccount", "Role", "RoleBinding"])
    for (const { metadata } of others) expect(metadata.namespace).toBe("staging")
  })
})

describe("cluster kubeconfig", () => {
  test.each([
    [["--namespace", "Staging!"], "NAMESPACE_NAME", 13],
    [["--namespace", "-x"], "USAGE", 13],
    [["--admin", "--namespace", "staging"], "USAGE", 13],
    [["--colour"], "USAGE", 13],
    [["staging"], "USAGE", 13],
    [[], "CLUSTER_DOWN", 11],
    [["--admin"], "CLUSTER_DOWN", 11],
    [["--namespace", "staging"], "CLUSTER_DOWN", 11],
  ])("%j without a cluster ends with %s", async (args, code, exit) => {
    await expect(kubeconfigCommand(instance, args)).rejects.toMatchObject({ code, exit })
  })

  test("a namespace's name of 64 letters is refused", async () => {
    await expect(namespaceKubeconfig(instance, "a".repeat(64))).rejects.toMatchObject({
      code: "NAMESPACE_NAME",
    })
  })
})
