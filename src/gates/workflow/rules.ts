export { treeRules as rules } from "../engine/rules.ts"
