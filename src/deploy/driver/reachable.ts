import type { DriverSession } from "./session.ts"

/** What fails while the API server is away says nothing about a release. @throws CLUSTER_UNREACHABLE */
export async function assertReachable(session: Pick<DriverSession, "api" | "input">): Promise<void> {
  await session.api.get(`/api/v1/namespaces/${session.input.request.environment.namespace}`)
}
