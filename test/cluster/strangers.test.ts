/**
 * Repositories that are not like ours, from the tag to a cluster: judged, published and deployed with `signalbox.yaml` and one
 * environment file, to a cluster that lasts as long as the call.
 */
import { execFileSync } from "node:child_process"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, it, vi } from "vitest"
import { network } from "../../toolchain/network.ts"
import { finalError } from "../engine/harness/index.ts"
import { type Project, project } from "../engine/support/project.ts"
import { commitAll } from "../engine/support/repository.ts"

vi.setConfig({ testTimeout: 600_000 })

const local = `schemaVersion: 1
name: local
namespace: strangers-local
release: app
cluster: { embedded: true }
access: { kind: service-proxy, component: web }
timeouts: { rollout: 120s, rollback: 60s }
acceptedDatabases: [{ name: signalbox-fixture, maxAge: 9999d }]
load: { profile: none }
values: values.yaml
`
const values = `components:
  web:
    replicas: 1
    resources:
      requests: { cpu: 5m, memory: 32Mi }
      limits: { cpu: 500m, memory: 128Mi }
    drainSeconds: 0
    graceSeconds: 1
`

const deployed: readonly [what: string, fixture: string, component: string, values: string][] = [
  ["TypeScript with Jest, in the root of its repository", "orders", "web", values],
  ["plain JavaScript without a build step", "plain", "web", values],
  ["any language by its Dockerfile", "stamps", "web", values],
  ["a service in Go, with its own chart", "clock", "clock", ""],
]

it.each(deployed)("%s is published and deployed", async (_what, fixture, component, own) => {
  await using here = await project("strangers-staging", fixture)
  const config = await here.files.read("signalbox.yaml")
  await here.write({
    "signalbox.yaml": config.replace("[staging]", "[local]"),
    "environments/local.yaml": local.replace("component: web", `component: ${component}`),
    "values.yaml": own,
  })
  await commitAll(here.files.path)
  await publish(here)
  await expectDeployed(here)
})

it("C02 V12 a chart with a binary file and a packed dependency is published and deployed", async () => {
  await using here = await project("strangers-staging", "clock")
  const config = await here.files.read("signalbox.yaml")
  const chart = join(here.files.path, "deploy/chart")
  await here.write({
    "signalbox.yaml": config.replace("[staging]", "[local]"),
    "environments/local.yaml": local.replace("component: web", "component: clock"),
    "values.yaml": "",
    "deploy/chart/.helmignore": "",
    "deploy/chart/Chart.yaml": `${await here.files.read("deploy/chart/Chart.yaml")}dependencies: [{ name: common, version: 0.1.0 }]\n`,
    "common/Chart.yaml": "apiVersion: v2\nname: common\nversion: 0.1.0\ntype: library\n",
  })
  await Promise.all(["files", "charts"].map((directory) => mkdir(join(chart, directory))))
  await writeFile(join(chart, "files/logo.bin"), Buffer.from([0xff, 0xfe, 0x00, 0x6c]))
  execFileSync("tar", ["-czf", join(chart, "charts/common-0.1.0.tgz"), "common"], { cwd: here.files.path })
  await commitAll(here.files.path)
  await publish(here)
  await expectDeployed(here)
})

it("what one project has published is a component of another, built elsewhere, published and deployed", async () => {
  await using maker = await project("strangers-staging", "stamps")
  const { images } = await publish(maker)
  await using here = await project("strangers-staging", "stamps")
  await here.write({
    "signalbox.yaml": `schemaVersion: 1
project: ${here.name}
registry: ghcr.io/example
components: { web: { image: "${images.web}", health: / } }
environments: [local]
`,
    "environments/local.yaml": local,
    "values.yaml": values,
  })
  await commitAll(here.files.path)
  const [digest] = /sha256:.*/.exec(images.web ?? "") ?? []
  expect((await publish(here)).images.web).toBe(`${network.applicationImages}/${here.name}/web@${digest}`)
  await expectDeployed(here)
})

async function publish(here: Project): Promise<{ readonly images: Readonly<Record<string, string>> }> {
  const published = await here.call(["publish", "--version", "1.0.0"], { timeout: 560 })
  expect(finalError(published)).toBe("")
  return JSON.parse(published.stdout)
}

async function expectDeployed(here: Project): Promise<void> {
  const outcome = await here.call(["deploy", "--environment", "local", "--release", "1.0.0"])
  expect({ code: outcome.code, error: finalError(outcome) }).toEqual({ code: 0, error: "" })
  expect(outcome.stdout).toMatch(/roll-out: Helm revision 1, all pods ready/)
  expect(outcome.stdout).toMatch(/smoke: \d+ checks? passed/)
}
