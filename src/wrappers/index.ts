export { wrapperFiles } from "./files.ts"
export { hookPath, preCommitHook } from "./hook.ts"
export type { Job } from "./job.ts"
