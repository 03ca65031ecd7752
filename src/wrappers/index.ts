export { wrapperFiles } from "./files.ts"
export type { Job } from "./jobs.ts"
