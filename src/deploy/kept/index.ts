export {
  forgetKept,
  type KeptSet,
  keepSet,
  keptName,
  readKept,
  valuesDigest,
  writeChart,
} from "./kept-set.ts"
export { neededSets } from "./needed.ts"
