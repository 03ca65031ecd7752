import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import { deliveryWorkflow, securityWorkflow, testWorkflow } from "./github.ts"
import { jenkinsfile } from "./jenkins.ts"
import { jobsOf } from "./jobs.ts"

/**
 * The CI files of a project by path. They contain only calls that a person could run by hand, the same on both servers.
 * @param environments The environments by name, at least those that `refs` deploy to.
 * @param module Address of the module, for a project without it in its root. Default: the module in the project's root.
 */
export function wrapperFiles(
  config: SignalboxConfig,
  environments: Readonly<Record<string, EnvironmentConfig>>,
  module?: string,
): Readonly<Record<string, string>> {
  const jobs = jobsOf(config, environments, module)
  const fixed = config.refs.flatMap(({ branch }) =>
    branch === undefined || branch.includes("*") ? [] : [branch],
  )
  return {
    ".github/workflows/test.yml": testWorkflow(jobs, [...new Set([...config.protectedBranches, ...fixed])]),
    // Where nothing deploys it would have no job, and GitHub takes no such workflow.
    ...(jobs.some(({ refs }) => refs !== undefined)
      ? { ".github/workflows/build-deploy.yml": deliveryWorkflow(jobs) }
      : {}),
    ".github/workflows/security.yml": securityWorkflow(jobs),
    Jenkinsfile: jenkinsfile(jobs),
  }
}
