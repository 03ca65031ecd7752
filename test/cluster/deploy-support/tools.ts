import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { steps } from "../../../toolchain/parts.ts"
import { paths, repositoryRoot } from "../../../toolchain/paths.ts"
import { planSteps } from "../../../toolchain/steps/index.ts"

const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })

/** PATH on which helm, kubectl and k6 are: the toolchain's, or those of SIGNALBOX_TEST_TOOLS. */
export const toolPath = [process.env.SIGNALBOX_TEST_TOOLS ?? built(), process.env.PATH].join(":")

function built(): string {
  const [helm, k6, kubernetes] = ["tool-helm", "tool-k6", "kube-binaries"].map((step) => outputs.output(step))
  return [helm, open(k6 ?? "", "k6"), kubernetes].join(":")
}

/** k6 runs as the tests' user, who may not enter the toolchain's cache where that lies in somebody's home. */
function open(output: string, program: string): string {
  const directory = join(tmpdir(), `signalbox-test-${program}-${basename(output)}`)
  const place = join(directory, program)
  if (existsSync(place) || !existsSync(join(output, program))) return directory
  mkdirSync(directory, { recursive: true })
  chmodSync(directory, 0o755)
  const partial = join(directory, `${program}.${process.pid}`)
  copyFileSync(join(output, program), partial)
  chmodSync(partial, 0o755)
  renameSync(partial, place)
  return directory
}
