import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import { deliveryWorkflow, testWorkflow } from "./github.ts"
import { jenkinsfile } from "./jenkins.ts"
import { jobsOf } from "./jobs.ts"

/**
 * The CI files of a project by path: thin, equal in what they call, and nothing in them that could not be run by hand.
 * @param environments Those that refs lead to.
 * @param module Address of the module for a project that is not its home. Default: the module in the project's root.
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
    ".github/workflows/test.yml": testWorkflow(jobs, [...new Set([config.protectedBranch, ...fixed])]),
    ".github/workflows/build-deploy.yml": deliveryWorkflow(jobs),
    Jenkinsfile: jenkinsfile(jobs),
  }
}
