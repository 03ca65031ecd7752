export { type Component, component, languageOf } from "./catalogue.ts"
export { type Check, type CheckName, type Checks, checkNames } from "./check.ts"
export { checksOf } from "./checks-of.ts"
export {
  type ComponentBase,
  type ComponentRequest,
  directoryOf,
  type Language,
  type LanguageImage,
  type MadeImage,
  type NamedPackages,
  type RegistryLogin,
  type UnpinnedImage,
  workdir,
} from "./language.ts"
