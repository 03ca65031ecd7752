export { type Component, languageOf } from "./catalogue.ts"
export type { Check, CheckName, Checks } from "./check.ts"
export { checksOf } from "./checks-of.ts"
export {
  type ComponentBase,
  type ComponentRequest,
  directoryOf,
  type Language,
  type LanguageImage,
  type NamedPackages,
  type RegistryLogin,
  type UnhardenedImage,
  type UnpinnedImage,
  workdir,
} from "./language.ts"
