import { appendFile, cp, rm } from "node:fs/promises"
import { join } from "node:path"
import { dagger, finalError, type Workspace, workspace } from "../../test/engine/harness/index.ts"
import { commitAll, git, libraryRoot } from "../../test/engine/support/repository.ts"
import { mainInstance, namespaceKubeconfig } from "../../toolchain/cluster/index.ts"
import { clusterUp, network, paths } from "../../toolchain/index.ts"
import { machineNow } from "../machine.ts"
import { type Count, countOf, type Report } from "../report.ts"

/** Largest good numbers of values that somebody who adopts this has to know and write. */
const goals = { "until-first-report-and-image": 0, "until-staging": 8 } as const

/** A value of one's own: nobody but the user knows it. */
interface Own {
  readonly name: string
  readonly value: string
}

type Word = string | Own

/** The project's name where nobody and nothing names it: the repository of this bench has no remote. */
const project = "app"
const fixture = "plain"

/** What only this machine needs: it reaches no public images and no public advisory database. */
const machine = "acceptedDatabases:\n  - { name: signalbox-fixture, maxAge: 3650d }\n"

/** From a repository without any file of ours to a verified deployment in staging, counting what had to be written for it. */
export async function benchAdopt({ say }: { readonly say: (line: string) => void }): Promise<Report> {
  const load = machineNow()
  const { environment } = await clusterUp()
  const kubeconfig = await namespaceKubeconfig(mainInstance, `${project}-staging`)
  await using here = await stranger()
  const written = new Set<string>()
  const call = async (...words: readonly Word[]): Promise<string> => {
    for (const word of words) if (typeof word !== "string") written.add(word.name)
    const args = words.map((word) => (typeof word === "string" ? word : word.value))
    const where = ["-m", libraryRoot, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml"]
    const outcome = await dagger(["call", ...where, ...args], {
      cwd: here.path,
      env: environment,
      timeout: 900,
    })
    if (outcome.code !== 0)
      throw new Error(`${args.join(" ")} ended with ${outcome.code}: ${finalError(outcome)}`)
    say(`${args.slice(0, 2).join(" ")}: ${outcome.seconds.toFixed(1)} s`)
    return outcome.stdout
  }
  const counts: Count[] = []
  const counted = (id: keyof typeof goals) => counts.push(countOf(id, [...written], goals[id]))

  await call("gates", "assert")
  await call("build", "sizes")
  counted("until-first-report-and-image")

  const cluster = { name: "kubeconfig", value: `file://${kubeconfig}` }
  const version = { name: "version", value: `1.0.${Math.floor(Date.now() / 1000)}` }
  const staging = { name: "environment", value: "staging" }
  const address = { name: "module", value: "github.com/example/signalbox@v0.1.0" }
  const registry = { name: "registry", value: network.applicationImages }
  await call(
    "init",
    "--registry",
    registry,
    "--module",
    address,
    "--kubeconfig",
    cluster,
    "export",
    "--path",
    ".",
  )
  await appendFile(join(here.path, "environments/staging.yaml"), machine)
  await git(here.path, "add", "--all")
  await git(here.path, "commit", "--quiet", "--message", "ci: release with Signalbox")
  await call("publish", "--version", version)
  await call("deploy", "--environment", staging, "--release", version, "--kubeconfig", cluster)
  counted("until-staging")
  return { schemaVersion: 1, ratios: [], durations: [], counts, machine: load }
}

/** A small service as its project had it before anybody heard of this. */
async function stranger(): Promise<Workspace> {
  const here = await workspace({ git: false })
  await here.fixture(fixture, ".")
  for (const path of ["signalbox.yaml", "environments"])
    await rm(join(here.path, path), { recursive: true, force: true })
  await cp(paths.toolbox, join(here.path, "toolbox.yaml"))
  await commitAll(here.path)
  return here
}
