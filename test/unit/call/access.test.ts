import type { File, Secret, Service } from "@dagger.io/dagger"
import { describe, expect, it } from "vitest"
import { accessTo, type ClusterAccess, type Inputs, Session } from "../../../src/call/index.ts"
import { parseEnvironment } from "../../../src/config/index.ts"
import { minimalEnvironment } from "../config/texts.ts"

const kubeconfig = {} as Secret
const cluster = {} as Service
const toolbox = "schemaVersion: 1\ntools:\n  node: { image: example/node:24, version: 24.9.0 }\n"
const session = (access: Inputs["access"] = new Map()) =>
  new Session({ toolbox: { contents: async () => toolbox } as unknown as File, access } as unknown as Inputs)
const environment = (more = "") => parseEnvironment(minimalEnvironment + more, "environments/staging.yaml")
const embedded = environment("cluster: { embedded: true }\n")

describe("access to an environment", () => {
  it.each([
    ["without a cluster of its own", environment()],
    ["that may run on an embedded cluster", embedded],
  ])("uses the call's kubeconfig: %s", async (_, target) => {
    const access = { kubeconfig, cluster }
    expect(await accessTo(session(), target, access)).toEqual(access)
  })

  it("uses with-access, unless the call has an argument of its own", async () => {
    const own = { kubeconfig: { own: true } as unknown as Secret, cluster }
    const before = new Map<string, ClusterAccess>([
      ["staging", own],
      ["production", { kubeconfig, cluster: undefined }],
    ])
    const none = { kubeconfig: undefined, cluster: undefined }
    expect(await accessTo(session(before), environment(), none)).toEqual(own)
    const argument = { kubeconfig, cluster: undefined }
    expect(await accessTo(session(before), environment(), argument)).toEqual(argument)
  })

  it("needs a kubeconfig unless the environment is embedded", async () => {
    const reached = accessTo(session(), environment(), { kubeconfig: undefined, cluster: undefined })
    await expect(reached).rejects.toMatchObject({ code: "SECRET_MISSING", exitCode: 13 })
  })

  it("needs a kubeconfig for --cluster, also where the environment is embedded", async () => {
    const reached = accessTo(session(), embedded, { kubeconfig: undefined, cluster })
    await expect(reached).rejects.toMatchObject({ code: "SECRET_MISSING", exitCode: 13 })
  })

  it("is an error where an embedded cluster is wanted and the toolbox names none", async () => {
    const reached = accessTo(session(), embedded, { kubeconfig: undefined, cluster: undefined })
    await expect(reached).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      exitCode: 13,
      detail: { where: "toolbox.yaml: cluster" },
    })
  })
})
