export { clusterPorts, embeddedCluster } from "./cluster.ts"
export {
  databaseFiles,
  imageNamed,
  nodeWith,
  schemaFiles,
  toolBinary,
  toolCommand,
  toolContainer,
  toolContainerFor,
  usedTool,
  withVariables,
} from "./containers.ts"
export { ownDefault, toolboxName } from "./default-file.ts"
export { effect } from "./effect.ts"
export { type ReasonIn, whyFailed } from "./failure.ts"
export { gitRead, plainGit, plainReading } from "./git.ts"
export { byContent, onlyThese, pathsNotIgnored, withOutput, without, withoutPaths } from "./inputs.ts"
export { measurements } from "./measurements.ts"
export { openEnds } from "./open-ends.ts"
export { parseToolbox } from "./parse.ts"
export { type OpenImage, openImages, withDigests } from "./pin.ts"
export {
  type DatabaseSource,
  databaseSource,
  findAdvisories,
  findCluster,
  findSchemas,
  findTool,
  imageAddress,
  isInsecure,
  type SchemasSource,
  toolIdentity,
  unresolvedImages,
  versionOf,
} from "./reference.ts"
export { nodeRunner, program, programs, runner, runnerRoot } from "./runner.ts"
export type { DatabaseName, Tool, ToolboxFile, ToolName } from "./schema.ts"
export { namedBy } from "./selection.ts"
export { cacheName, type Trust } from "./trust.ts"
