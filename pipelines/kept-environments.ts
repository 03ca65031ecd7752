import type { Session } from "../src/call/index.ts"
import type { KeptEnvironment } from "../src/deploy/index.ts"
import { policyInForce } from "./policy.ts"
import { treeOf } from "./source.ts"

/**
 * The environments of the tree and of its base revision: a change that nobody has merged takes none of them away, and none of
 * their pins.
 * @throws CONFIG_INVALID, CONFIG_MISSING
 */
export async function keptEnvironments(session: Session): Promise<readonly KeptEnvironment[]> {
  const { base, basePlace, session: held } = await policyInForce(session)
  const own = (await session.config()).environments
  const before =
    base === undefined || basePlace === undefined
      ? []
      : (await session.withSource(await treeOf(session, base.commit)).config()).environments
  const names = [...new Set([...before, ...own])]
  return Promise.all(
    names.map(async (name) => {
      const { namespace, protected: isProtected, cluster } = await held.environment(name)
      const { server, caFingerprint } = cluster
      return { name, namespace, protected: isProtected, server, caFingerprint }
    }),
  )
}
