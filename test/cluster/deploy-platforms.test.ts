/** An image for two platforms on a cluster, whose nodes pull their own by the digest of the index. */
import { describe, expect, it, vi } from "vitest"
import { finalError } from "../engine/harness/index.ts"
import { seconds, toolboxHas } from "../engine/support/built-language.ts"
import { project } from "../engine/support/project.ts"
import { commitAll } from "../engine/support/repository.ts"

vi.setConfig({ testTimeout: seconds * 1000 })

const local = `schemaVersion: 1
name: local
namespace: turnstile-local
release: app
cluster: { embedded: true }
access: { kind: service-proxy, component: turnstile }
timeouts: { rollout: 120s, rollback: 60s }
acceptedDatabases: [{ name: signalbox-fixture, maxAge: 9999d }]
load: { profile: none }
values: values.yaml
`
const values = `components:
  turnstile:
    replicas: 1
    resources: { requests: { cpu: 5m, memory: 32Mi }, limits: { cpu: 500m, memory: 128Mi } }
    drainSeconds: 0
    graceSeconds: 1
`

describe.runIf(toolboxHas("go"))("M010 a service in Go for two platforms", () => {
  it("is published as one index, by whose digest a cluster of one platform runs it", async () => {
    await using here = await project("turnstile-staging", "turnstile")
    const config = await here.files.read("signalbox.yaml")
    await here.write({
      "signalbox.yaml": config
        .replace("[staging]", "[local]")
        .replace("language: go", "language: go\n    platforms: [linux/amd64, linux/arm64]"),
      "environments/local.yaml": local,
      "values.yaml": values,
    })
    await commitAll(here.files.path)
    const published = await here.call(["publish", "--version", "1.0.0"], { timeout: seconds })
    expect(finalError(published)).toBe("")
    const { images, platforms } = JSON.parse(published.stdout)
    expect(Object.keys(platforms.turnstile)).toEqual(["linux/amd64", "linux/arm64"])
    const [index] = /sha256:[0-9a-f]{64}/.exec(images.turnstile) ?? []
    expect(Object.values(platforms.turnstile)).not.toContain(index)
    const deployed = await here.call(["deploy", "--environment", "local", "--release", "1.0.0"], {
      timeout: seconds,
    })
    expect({ code: deployed.code, error: finalError(deployed) }).toEqual({ code: 0, error: "" })
    expect(deployed.stdout).toMatch(/roll-out: Helm revision 1, all pods ready/)
  })
})
