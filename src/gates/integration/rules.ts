export { testRules as rules } from "../engine/rules.ts"
