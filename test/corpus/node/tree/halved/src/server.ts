export { gross } from "./rates.ts"
