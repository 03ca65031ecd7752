export { type Preflight, preflight } from "./preflight.ts"
