export { behaviourModule, eventually, fileOfVolume, runs, uniqueName } from "./counter.ts"
export {
  type CallOptions,
  dagger,
  daggerOutput,
  finalError,
  type Outcome,
  type Running,
  startDagger,
  withoutColours,
} from "./dagger.ts"
export { definitionsOf } from "./definitions.ts"
export { daggerJson, type ModuleOptions, type Workspace, workspace } from "./modules.ts"
export { contentKey, officialAnswer, useOfficialSdk } from "./official.ts"
export { type Answer, type Ask, askInParts, inSession } from "./session.ts"
