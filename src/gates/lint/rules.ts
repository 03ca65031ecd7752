export { sourceRules as rules } from "../engine/rules.ts"
