export { budgetFindings } from "./budgets.ts"
export { diffManifests } from "./diff.ts"
export { type ChartFiles, chartDigest, readChart } from "./digest.ts"
export { KnownSecrets } from "./known-secrets.ts"
export type { Loose } from "./loose.ts"
export {
  type ManifestObject,
  manifestsDigest,
  objectKey,
  parseManifests,
  placedKey,
  withoutHooks,
} from "./manifest.ts"
export { redactManifests, redactObject, secretsOf } from "./redact.ts"
export { mayHaveCrds, renderedChart } from "./rendered.ts"
export { secretsIn } from "./secret-places.ts"
export { scanManifests, scanValues } from "./secrets.ts"
export { releaseSecretLimit, releaseSecretSize } from "./size.ts"
export { type StartupAllowance, startupAllowances, startupWarnings } from "./startup.ts"
export { type TemplateRequest, templateArguments } from "./template-arguments.ts"
export {
  declaredValuesFile,
  type InjectedValues,
  injectedValues,
  injectedValuesFile,
  parseValues,
} from "./values.ts"
