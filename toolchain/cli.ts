import { misuse } from "../bin/bootstrap/arguments.mjs"
import { clusterDown, clusterKubeconfig, clusterStatus, clusterUp } from "./commands/cluster.ts"
import { clean, down } from "./commands/down.ts"
import { environmentOf, exportLines } from "./commands/environment.ts"
import { explain } from "./commands/explain.ts"
import { lock } from "./commands/lock.ts"
import { logs } from "./commands/logs.ts"
import { gatesOnDemand, imagesOnDemand, languagesOnDemand } from "./commands/on-demand.ts"
import { status } from "./commands/status.ts"
import { up } from "./commands/up.ts"
import { findExternalEngine } from "./engine/index.ts"
import { steps } from "./parts.ts"
import { paths, repositoryRoot } from "./paths.ts"
import { exitCode, planSteps, stopChildren } from "./steps/index.ts"

const usage = `npm run toolchain -- COMMAND

  up [--engine]     build what is missing and start it (--engine: engine and registry only)
  status            what runs and what is built; exit 1 unless everything is up
  logs [NAME]       the log of a step or service; without NAME, their names
  down              stop everything; leaves no process, mount, interface or control group
  clean             down, and remove everything that was built
  env               the variables that point Dagger at it: eval "$(npm run -s toolchain -- env)"
  images [LANGUAGE] build the images that components in a language need and \`up\` leaves out; without LANGUAGE, which
                    languages there are
  lock              for maintainers: write what Debian serves today into images/debian.lock.json
  cluster up | down | status
  cluster kubeconfig [--admin | --namespace NAME]   path of a kubeconfig: for everything, or for one namespace
`

type Commands = Readonly<Record<string, (args: readonly string[]) => Promise<number>>>

const commands: Commands = {
  async up(args) {
    await up({ engineOnly: args.includes("--engine") })
    return 0
  },
  async status() {
    return (await status((line) => process.stdout.write(`${line}\n`))) ? 0 : exitCode.failed
  },
  async logs([name]) {
    process.stdout.write(await logs(name))
    return 0
  },
  async down() {
    await down()
    return 0
  },
  async clean() {
    await clean()
    return 0
  },
  async images([name = ""]) {
    const all = [...languagesOnDemand, ...gatesOnDemand]
    if (!all.includes(name)) {
      process.stdout.write(`${all.join("\n")}\n`)
      return name === "" ? 0 : exitCode.usage
    }
    await imagesOnDemand([name])
    return 0
  },
  async lock() {
    const changed = await lock((line) => process.stderr.write(`▸ ${line}\n`))
    process.stdout.write(changed ? "debian.lock.json has changed\n" : "debian.lock.json is up to date\n")
    return 0
  },
  cluster: (args) => run(clusterCommands, args),
  async env() {
    const external = await findExternalEngine()
    const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })
    process.stdout.write(exportLines(environmentOf(external ? undefined : outputs)))
    return 0
  },
}

const clusterCommands: Commands = {
  async up() {
    await clusterUp()
    return 0
  },
  async down() {
    await clusterDown()
    return 0
  },
  async status() {
    return (await clusterStatus((line) => process.stdout.write(`${line}\n`))) ? 0 : exitCode.failed
  },
  async kubeconfig(args) {
    process.stdout.write(`${await clusterKubeconfig(args)}\n`)
    return 0
  },
}

/** Ends the children, so that an interrupted command leaves nothing that runs. */
function stopOnSignals(): void {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.once(signal, () => {
      process.stderr.write("\nInterrupted. What is finished stays; the same command goes on from there.\n")
      void stopChildren().finally(() => process.exit(code))
    })
  }
}

function run(among: Commands, [name = "", ...args]: readonly string[]): Promise<number> {
  const command = among[name]
  if (!command) throw new Error(`bin/bootstrap/arguments.mjs knows a command that is not here: ${name}`)
  return command(args)
}

async function main(args: readonly string[]): Promise<number> {
  const problem = misuse("toolchain", args)
  if (problem) {
    process.stderr.write(`${problem}\n`)
    return exitCode.usage
  }
  if (args.includes("--help")) {
    process.stdout.write(usage)
    return 0
  }
  stopOnSignals()
  return run(commands, args)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = explain(error, (text) => process.stderr.write(text))
}
