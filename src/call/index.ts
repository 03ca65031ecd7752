export {
  accessTo,
  assertAccess,
  kubeconfigFile,
  privateDirectory,
  serverAddress,
  withAccess,
} from "./access.ts"
export { namesArgument } from "./argument-names.ts"
export { type AskedAnew, askCached } from "./cached-program.ts"
export { attempt, CallEnded, conclude, failed, type Outcome, settle } from "./exit.ts"
export { parseJson, readJson, readJsonIfThere, type Schema } from "./json.ts"
export {
  askProgram,
  interpretExit,
  type Program,
  type ProgramEnd,
  type ProgramOutput,
  type ProgramRun,
  runProgram,
} from "./program.ts"
export {
  type Assumption,
  type ClusterAccess,
  type Inputs,
  type ReachedCluster,
  Session,
  type SigningSecrets,
  secretsByName,
} from "./session.ts"
export { runTool } from "./tool.ts"
