export { hidden, type Preflight, preflight } from "./preflight.ts"
