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

describe("how a call reaches an environment", () => {
  it.each([
    ["an ordinary one", environment()],
    ["one that would start its own", embedded],
  ])("by the kubeconfig that it was given: %s", async (_, given) => {
    const access = { kubeconfig, cluster }
    expect(await accessTo(session(), given, access)).toEqual(access)
  })

  it("by what was given before the call for that environment, unless the call has an argument", async () => {
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

  it("needs a kubeconfig where the environment does not say that it is embedded", async () => {
    const reached = accessTo(session(), environment(), { kubeconfig: undefined, cluster: undefined })
    await expect(reached).rejects.toMatchObject({ code: "SECRET_MISSING", exitCode: 13 })
  })

  it("needs one for an API server that was named, also where the environment is embedded", async () => {
    const reached = accessTo(session(), embedded, { kubeconfig: undefined, cluster })
    await expect(reached).rejects.toMatchObject({ code: "SECRET_MISSING", exitCode: 13 })
  })

  it("starts nothing where the toolbox names no cluster, and says so", async () => {
    const reached = accessTo(session(), embedded, { kubeconfig: undefined, cluster: undefined })
    await expect(reached).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      exitCode: 13,
      detail: { where: "toolbox.yaml: cluster" },
    })
  })
})
