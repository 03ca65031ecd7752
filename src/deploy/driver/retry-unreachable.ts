import { type HelmOutcome, isPending, readHistory, settleRevision } from "../helm/index.ts"
import type { DriverSession } from "./session.ts"

/** Helm is started again this often when the API server went away under it. */
const unreachableRetries = 2

/**
 * Runs Helm, again where only the API server went away under it: a moment without it is no verdict on a release, and no
 * reason to give up a rollback. Without p-retry: that Helm did not reach the API server is an outcome here and no
 * error, the revision that the dead Helm left is settled in between, and the API client has done the waiting.
 * @throws CLUSTER_UNREACHABLE when it stays away.
 */
export async function retryUnreachable(
  session: Pick<DriverSession, "api" | "input">,
  act: () => Promise<HelmOutcome>,
): Promise<HelmOutcome> {
  const { api, input } = session
  const { namespace, release } = input.request.environment
  for (let attempt = 0; ; attempt++) {
    const outcome = await act()
    if (outcome.ok || outcome.why !== "unreachable" || attempt === unreachableRetries) return outcome
    const newest = (await readHistory(api, namespace, release)).at(-1)
    if (newest !== undefined && isPending(newest))
      await settleRevision(api, namespace, release, newest.revision)
  }
}
