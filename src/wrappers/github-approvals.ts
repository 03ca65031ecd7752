import type { Job } from "./job.ts"

/** Image of GitHub's that jobs run on; it brings the CLI `gh`. */
export const runner = "ubuntu-24.04"

/**
 * Environments beside the job's own that one reviewer each has to approve: GitHub starts a job as soon as one of its
 * environment's reviewers has approved it, however many there are.
 */
export function furtherEnvironments({ environment, approvals = 1 }: Job): readonly string[] {
  const numbers = Array.from({ length: approvals - 1 }, (_, index) => index + 2)
  return environment === undefined ? [] : numbers.map((number) => `${environment}-approval-${number}`)
}

/** What has to have succeeded before a job: the plan, and every approval that is a job of its own. */
export function needsOf(job: Job, plan: string): string | readonly string[] {
  const further = furtherEnvironments(job).map((name) => `approve-${name}`)
  return further.length === 0 ? plan : [plan, ...further]
}

/** A job that does nothing but wait for its reviewers. */
export function approvalJob(shared: object, environment: string): object {
  return {
    ...shared,
    "runs-on": runner,
    "timeout-minutes": 5,
    environment,
    permissions: {},
    steps: [{ name: "Approved", run: "true" }],
  }
}

/**
 * Reads who has approved this run: `GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`, which the job's own token
 * may with `actions: read`. Reviews of other environments of the run do not count. Signalbox judges the names.
 */
export function reviewersSteps(job: Job): readonly object[] {
  if (job.approvals === undefined || job.environment === undefined) return []
  const names = [job.environment, ...furtherEnvironments(job)]
  const ours = names.map((name) => `.name == "${name}"`).join(" or ")
  const filter = `[.[] | select(.state == "approved" and any(.environments[]; ${ours})) | .user.login] | unique | join(",")`
  const place = "repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/approvals"
  return [
    {
      name: "Read who has approved this run",
      id: "approvers",
      run: `names="$(gh api "${place}" --jq '${filter}')" && echo "names=$names" >> "$GITHUB_OUTPUT"`,
      // Written for GitHub, which puts the value in.
      env: { GH_TOKEN: `\${{ github.token }}` },
    },
  ]
}
