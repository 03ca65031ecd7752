// The entry of every npm script. It needs nothing but Node 20: it puts the pinned Node into the cache directory,
// installs this repository's packages with it, and goes on there. Everything that needs packages starts after it.

import { misuse } from "./bootstrap/arguments.mjs"
import { launch } from "./bootstrap/launch.mjs"
import { checkMachine } from "./bootstrap/machine.mjs"
import { ensureNode } from "./bootstrap/node.mjs"
import { ensurePackages } from "./bootstrap/packages.mjs"
import { BootstrapError, root } from "./bootstrap/shared.mjs"

const programs = {
  demo: "demo/main.ts",
  test: "test/run.ts",
  cases: "test/cases/main.ts",
  corpus: "test/corpus/main.ts",
  rows: "test/rows/main.ts",
  check: "bin/check.ts",
  bench: "bench/main.ts",
  faults: "test/faults/main.ts",
  "gates:sonar": "test/sonar/main.ts",
  toolchain: "toolchain/cli.ts",
  wrappers: "src/wrappers/cli.ts",
}

try {
  const [command = "", ...args] = process.argv.slice(2)
  const problem = misuse(command, args)
  if (problem) throw new BootstrapError(problem, 13)
  checkMachine(command, args)
  const node = await ensureNode()
  await ensurePackages(node)
  await launch(node, [`${root}/${programs[command]}`, ...args])
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
