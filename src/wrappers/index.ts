export { wrapperFiles } from "./files.ts"
export { type Job, jobsOf } from "./jobs.ts"
