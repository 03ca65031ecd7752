export { clusterPorts, embeddedCluster } from "./cluster.ts"
export {
  advisories,
  kubernetesSchemas,
  nodeWith,
  toolBinary,
  toolCommand,
  toolContainer,
} from "./containers.ts"
export { effect } from "./effect.ts"
export { type ReasonIn, whyFailed } from "./failure.ts"
export { gitRead, plainGit, plainReading } from "./git.ts"
export { onlyThese, pathsNotIgnored, withOutput, without, withoutPaths } from "./inputs.ts"
export { measurements } from "./measurements.ts"
export { parseToolbox } from "./parse.ts"
export {
  findAdvisories,
  findSchemas,
  findTool,
  imageAddress,
  isInsecure,
  toolIdentity,
  unresolvedImages,
  versionOf,
} from "./reference.ts"
export { program, programs, runner, runnerRoot } from "./runner.ts"
export type { Tool, ToolboxFile, ToolName } from "./schema.ts"
export { namedBy } from "./selection.ts"
export { cacheName, type Trust } from "./trust.ts"
