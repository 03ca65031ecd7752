import { randomBytes, randomUUID } from "node:crypto"
import { type Container, connection, dag, type Secret, type Service } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import { network } from "../../toolchain/network.ts"
import { versions } from "../../toolchain/versions.ts"

const image = (name: string, version: string) => `${network.toolImages}/${name}:${version}`

/** What a module does to have a cluster for one call; toolchain/cluster/README.md shows the same. */
function embeddedCluster(): { readonly cluster: Service; readonly token: Secret; readonly id: string } {
  const id = randomUUID()
  const token = dag.setSecret(`cluster-token-${id}`, randomBytes(32).toString("hex"))
  const cluster = dag
    .container()
    .from(image("kubernetes", versions.kubernetes))
    .withSecretVariable("CLUSTER_TOKEN", token)
    .withEnvVariable("CLUSTER_PLAIN_REGISTRIES", network.registry)
    .withExposedPort(6443)
    .withExposedPort(6444)
    .asService({ useEntrypoint: true, insecureRootCapabilities: true })
  return { cluster, token, id }
}

/** A container with kubectl as the cluster's administrator. */
function kubectl({ cluster, token, id }: ReturnType<typeof embeddedCluster>): Container {
  const program = dag.container().from(image("kubectl", versions.kubernetes)).file("/usr/local/bin/kubectl")
  return dag
    .container()
    .from(image("busybox", versions.debian))
    .withFile("/usr/bin/kubectl", program)
    .withServiceBinding("cluster", cluster)
    .withSecretVariable("TOKEN", token)
    .withEnvVariable("CALL", id)
    .withExec(["wget", "-q", "-O", "/ca.crt", "http://cluster:6444/ca.crt"])
}

const asAdmin = "kubectl --server=https://cluster:6443 --certificate-authority=/ca.crt --token=$TOKEN"

test("clusters as services: ready when their port answers, run pods from the registry, one per token", async () => {
  await connection(async () => {
    const [one, other] = [embeddedCluster(), embeddedCluster()]
    const work = [
      "wget -q -O - http://cluster:6444/ready",
      "echo",
      `${asAdmin} get nodes --no-headers`,
      `${asAdmin} create namespace only-here`,
      `${asAdmin} create deployment web --image=${image("busybox", versions.debian)} -- sleep 1000`,
      `${asAdmin} rollout status deployment/web --timeout=60s`,
    ]
    const output = await kubectl(one)
      .withExec(["sh", "-c", `set -eu; ${work.join("; ")}`])
      .stdout()
    const { seconds } = JSON.parse(output.split("\n")[0] ?? "") as { seconds: number }
    console.log(`embedded cluster ready after ${seconds} s`)
    expect(output).toMatch(/signalbox +Ready/)
    expect(output).toContain("namespace/only-here created")
    expect(output).toContain("successfully rolled out")

    const list = `${asAdmin} get namespaces -o name`
    const names = await kubectl(other).withExec(["sh", "-c", list]).stdout()
    expect(names).toContain("namespace/default")
    expect(names).not.toContain("only-here")
    const crossed = kubectl(other).withSecretVariable("TOKEN", one.token)
    const refused = await crossed.withExec(["sh", "-c", `! ${list} 2>&1`]).stdout()
    expect(refused).toContain("You must be logged in")
  })
})
