import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { connect } from "@dagger.io/dagger"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { network } from "../../../toolchain/network.ts"

const run = promisify(execFile)
const repository = "test/go"

/** Of no use to whoever compiles a program. */
const exclude = ["api", "doc", "misc", "test", "**/testdata", "**/*_test.go"]

/**
 * An image of the machine's own Go and nothing else, by digest: no registry that can be reached has one. It is made once
 * for each version (a minute or two of two cores), and lies in the toolchain's registry from then on.
 */
export async function goImage(): Promise<string> {
  const [goroot = "", version = ""] = (await run("go", ["env", "GOROOT", "GOVERSION"])).stdout
    .trim()
    .split("\n")
  const tag = `${version}-warm`
  const known = await new RegistryClient(network.registry, { insecure: true }).resolve({
    registry: network.registry,
    repository,
    reference: tag,
  })
  if (known !== undefined) return `${network.registry}/${repository}@${known}`
  let reference = ""
  await connect(
    async (client) => {
      const empty = client.directory()
      const image = client
        .container()
        .withDirectory("/usr/local/go", client.host().directory(goroot, { exclude }))
        .withDirectory("/tmp", empty)
        .withEnvVariable("PATH", "/usr/local/go/bin")
        .withEnvVariable("CGO_ENABLED", "0")
        .withEnvVariable("GOTOOLCHAIN", "local")
        .withEnvVariable("GOFLAGS", "-buildvcs=false")
        .withEnvVariable("GOCACHE", "/root/.cache/go-build")
        .withEnvVariable("GOPATH", "/go")
        // What the standard library compiles to, and the tool that Go builds when coverage is asked for the first time: so a
        // test compiles its own few files.
        .withExec(["go", "build", "net/http", "log", "testing", "cmd/covdata"])
      reference = await image.publish(`${network.registry}/${repository}:${tag}`)
    },
    { LoadWorkspaceModules: false },
  )
  return reference.replace(/:[^:@/]+@/, "@")
}
