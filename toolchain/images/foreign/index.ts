export { type ForeignSet, filesDirectory, foreignStep } from "./step.ts"
