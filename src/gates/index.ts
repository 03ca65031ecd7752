export {
  type CatalogueEntry,
  type GateName,
  gateNames,
  isGateName,
  quickGates,
} from "./catalogue.ts"
export { explainRule, ownRules } from "./engine/explain.ts"
export type { GateProgress } from "./engine/in-turn.ts"
export { withPolicy } from "./engine/policy-result.ts"
export { type GateRequest, type GateRun, runGates } from "./engine/run.ts"
export type { AdvisoryDatabase, GateContext, KubernetesSchemas, World } from "./gate.ts"
