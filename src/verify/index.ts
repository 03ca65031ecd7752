export { authoritiesWith, trustAlso } from "./authorities.ts"
export { checkLoadScript, checkScript, type ScriptCheck } from "./load/check-script.ts"
export { figuresOf, judgeLoad, type LoadFigures, type LoadReport } from "./load/judge.ts"
export { type K6Options, k6Main, k6Options, type Objectives } from "./load/options.ts"
export {
  type LoadPlan,
  type LoadProfile,
  type LoadRequest,
  type ProfileName,
  planLoad,
  profiles,
} from "./load/profiles.ts"
export { type LoadRun, runLoad } from "./load/run.ts"
export { SampleReader, type Samples } from "./load/samples.ts"
export {
  assertWhole,
  outputLimit,
  type ProcessOptions,
  type ProcessResult,
  type ProcessRunner,
  type RunAs,
} from "./process.ts"
export {
  defaultSmoke,
  parseSmoke,
  type SmokeCheck,
  type SmokeDefinition,
  smokeDefinition,
} from "./smoke/definition.ts"
export {
  runSmoke,
  type SmokeReport,
  type SmokeRequest,
  type SmokeResult,
  type SmokeTarget,
} from "./smoke/run.ts"
export { sendRequest } from "./smoke/send.ts"
