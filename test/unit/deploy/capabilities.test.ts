import { expect, test } from "vitest"
import { capabilities } from "../../../src/deploy/world/index.ts"
import { type Json, SignalboxError } from "../../../src/domain/index.ts"

test("a chart may ask for the cluster's version and what it serves beyond Kubernetes itself", async () => {
  const group = (name: string) => ({ name, versions: [{ groupVersion: `${name}/v1` }] })
  const answers: Readonly<Record<string, Json>> = {
    "/version": { gitVersion: "v1.36.3" },
    "/apis": {
      groups: ["apps", "networking.k8s.io", "monitoring.example.org", "away.example.org"].map(group),
    },
    "/apis/monitoring.example.org/v1": { resources: [{ kind: "Monitor" }, { kind: "Monitor" }] },
  }
  const json = async (path: string) => {
    if (path.includes("away")) throw new SignalboxError("CLUSTER_UNREACHABLE", { what: "503" })
    return answers[path] ?? null
  }
  expect(await capabilities({ json })).toEqual({
    kubeVersion: "v1.36.3",
    apiVersions: ["away.example.org/v1", "monitoring.example.org/v1", "monitoring.example.org/v1/Monitor"],
  })
})
