import { realpath } from "node:fs/promises"
import { expect, test } from "vitest"
import { network, paths, versions } from "../../toolchain/index.ts"
import { execute } from "../../toolchain/steps/index.ts"

/** Arguments of `env` for a command that sees no variable of Dagger's. */
const unset = Object.keys(process.env)
  .filter((name) => name.includes("DAGGER"))
  .flatMap((name) => ["--unset", name])
const ours = (await realpath("/usr/local/bin/dagger").catch(() => "")).startsWith(paths.steps)
const base = `${network.toolImages}/base:bookworm`

// With an engine that was there without the toolchain, none of this is the toolchain's work.
test.runIf(ours)("the CLI in the search path finds its engine without any variable", async () => {
  const printed = await execute("env", [...unset, "dagger", "query", "--no-mod"], { input: "{ version }" })
  expect(JSON.parse(printed)).toEqual({ version: `v${versions.dagger}` })
})

test.runIf(ours)(
  "the registry has one name: a container reaches it, pushes to it, and the host reads it",
  async () => {
    const image = `${network.applicationImages}/toolchain-test:${Date.now()}`
    const query = `{ container { from(address: "${base}") {
    withExec(args: ["bash", "-c", "exec 3<>/dev/tcp/${network.registryAddress}/${network.registryPort}; printf $0", "${image}"]) {
      stdout
      publish(address: "${image}") } } } }`
    const answer = JSON.parse(await execute("dagger", ["query", "--no-mod"], { input: query }))
    const { stdout, publish } = answer.container.from.withExec
    expect(stdout).toBe(image)
    const [, digest] = publish.split("@")
    const [, path = "", tag = ""] = /^[^/]+\/(.+):([^:]+)$/.exec(image) ?? []
    const response = await fetch(`http://${network.registry}/v2/${path}/manifests/${tag}`, {
      headers: {
        accept: "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json",
      },
    })
    expect(response.headers.get("docker-content-digest")).toBe(digest)
    const removal = await fetch(`http://${network.registry}/v2/${path}/manifests/${digest}`, {
      method: "DELETE",
    })
    expect(removal.status).toBe(202)
  },
)
