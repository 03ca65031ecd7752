export { type Component, component, languageOf } from "./catalogue.ts"
export { type Check, type CheckName, type Checks, checkNames } from "./check.ts"
export { checksOf } from "./checks-of.ts"
export {
  type ComponentRequest,
  type Language,
  type LanguageImage,
  type UnpinnedImage,
  workdir,
} from "./language.ts"
