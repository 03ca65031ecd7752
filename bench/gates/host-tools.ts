import { existsSync } from "node:fs"
import { join } from "node:path"
import { repositoryRoot } from "../../toolchain/index.ts"
import { steps } from "../../toolchain/parts.ts"
import { paths } from "../../toolchain/paths.ts"
import { planSteps } from "../../toolchain/steps/index.ts"
import { toolStepId } from "../../toolchain/tools/index.ts"

/** What the script runs beside npm, git and Dagger: each by its path, or absent where the toolchain has not built it. */
export type HostTools = Readonly<Partial<Record<HostTool, string>>>
export const hostToolNames = ["gitleaks", "trivy", "helm", "kubeconform", "advisories", "schemas"] as const
export type HostTool = (typeof hostToolNames)[number]

/** Where the toolchain leaves them: the same binaries, database and schemas as in its images. */
export async function hostTools(): Promise<HostTools> {
  const { output } = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })
  const places: Readonly<Record<HostTool, string>> = {
    gitleaks: join(output(toolStepId("gitleaks")), "gitleaks"),
    trivy: join(output(toolStepId("trivy")), "trivy"),
    helm: join(output(toolStepId("helm")), "helm"),
    kubeconform: join(output(toolStepId("kubeconform")), "kubeconform"),
    advisories: join(output("advisories-database"), "db"),
    schemas: join(output("kubernetes-schemas"), "schemas"),
  }
  return Object.fromEntries(Object.entries(places).filter(([, path]) => existsSync(path)))
}
