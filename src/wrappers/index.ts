export { wrapperFiles } from "./files.ts"
export type { Job } from "./job.ts"
