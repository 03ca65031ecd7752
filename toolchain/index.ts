export { clusterUp } from "./commands/cluster.ts"
export { down } from "./commands/down.ts"
export { explain } from "./commands/explain.ts"
export { type FurtherEngine, startEngine } from "./commands/instance.ts"
export {
  cosign,
  gatesOnDemand,
  groovy,
  imagesOnDemand,
  languagesOnDemand,
  sarifSchema,
  sonarqube,
} from "./commands/on-demand.ts"
export { type Running, type UpOptions, up } from "./commands/up.ts"
export { network } from "./network.ts"
export { paths, repositoryRoot } from "./paths.ts"
export { versions } from "./versions.ts"
