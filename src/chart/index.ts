export { valueOrNull } from "./as-kubernetes-reads.ts"
export { budgetFindings } from "./budgets.ts"
export { diffManifests } from "./diff.ts"
export { type ChartFiles, chartDigest, readChart } from "./digest.ts"
export { envFormFindings } from "./env-forms.ts"
export { manifestFindings, type Rendered, releaseFindings } from "./findings.ts"
export { outsideDigest } from "./hooks.ts"
export { chartIdentity } from "./identity.ts"
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
export { builtInChart, type ChartPlace, chartFile, fileOf } from "./place.ts"
export { checkPolicy, runsPods } from "./policy.ts"
export { redactManifests, redactObject, secretsOf } from "./redact.ts"
export { reloadWarnings } from "./reloads.ts"
export { mayHaveCrds, renderedChart } from "./rendered.ts"
export { type RequiredRuleName, requiredFindings } from "./required-rules.ts"
export { type SchemasAnswer, schemasAnswer } from "./schemas/answer.ts"
export { customLocation, customSchemas } from "./schemas/custom.ts"
export { type ObjectKind, schemaLocation } from "./schemas/location.ts"
export type { LocationRequest, OpenApiRequest, ServerRequest } from "./schemas/main.ts"
export { scanManifests, scanValues } from "./secret-findings.ts"
export { secretsIn } from "./secret-places.ts"
export { accessFindings, hasService, serviceLabels } from "./services.ts"
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
export { heldBack, waitWarnings } from "./waits.ts"
