import { outsideDigest } from "../../chart/index.ts"
import { contentDigest, type Json, type PlanBasis, toJson } from "../../domain/index.ts"
import type { DriverRequest } from "../request.ts"
import type { Applied } from "./changes.ts"
import { plannedOverride } from "./overrides.ts"
import { requiredKeys } from "./trust.ts"

/**
 * What the verdict of a deployment will rest on. Whoever approves a plan approves where and by what it is proven: the same
 * release with a smoke test elsewhere, an older database or another tool is another plan.
 */
export function basisOf(request: DriverRequest, target: Applied): PlanBasis {
  const { environment, requiredGates, namedGates, warningGates, tools, promotion } = request
  const { protectedBranches, policyAnchor } = request
  const keys = requiredKeys(request)
  return {
    environment: contentDigest(toJson(environment)),
    settings: toJson(shownOf(environment)) as Readonly<Record<string, Json>>,
    requiredGates: [...requiredGates].sort(),
    ...(namedGates.length === 0 ? {} : { namedGates: [...namedGates].sort() }),
    ...(warningGates.length === 0 ? {} : { warningGates: [...warningGates].sort() }),
    policy: {
      ...{ protectedBranches: [...protectedBranches].sort(), anchor: policyAnchor },
      // A key less, or none, is a lower bar: an approval of before does not cover it.
      ...(keys === null ? {} : { signingKeys: keys.map(({ id }) => id).sort() }),
    },
    tools,
    verifiedFor: promotion === null ? null : String(promotion.verificationTtl),
    ...plannedOverride(request),
    outside: outsideDigest(target.objects, target.crds),
  }
}

/** What of an environment decides over the proof, for a person to read; the digest covers the rest as well. */
function shownOf(environment: DriverRequest["environment"]) {
  const { access, cluster, promotesFrom, verificationTtl, acceptedDatabases, approvals } = environment
  return {
    access,
    cluster,
    promotesFrom,
    verificationTtl,
    acceptedDatabases,
    protected: environment.protected,
    ...(approvals === undefined ? {} : { approvals }),
  }
}
