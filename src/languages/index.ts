export { allSettings, assumptionsOf, componentsOf } from "./assumptions.ts"
export { type Component, component as componentSchema, languageOf } from "./catalogue.ts"
export type { Aside, Check, CheckName, Checks } from "./check.ts"
export { checksOf } from "./checks-of.ts"
export { type Detection, detectComponents, type FoundComponent } from "./detect.ts"
export type { Assumed, Detected, SourceTree } from "./detected.ts"
export { nameFrom } from "./detected-names.ts"
export { type Engine, enginePlatform } from "./engine-platform.ts"
export { type Mended, mended } from "./fix.ts"
export {
  type ComponentBase,
  type ComponentRequest,
  directoryOf,
  type IgnoreFile,
  type Language,
  type LanguageImage,
  type NamedPackages,
  type RegistryLogin,
  type ResolvedPackages,
  rootOf,
  type UnhardenedImage,
  type UnpinnedImage,
  workdir,
} from "./language.ts"
export type { PackageOrigin } from "./origin.ts"
export { platformsOf, statedPlatforms } from "./platforms.ts"
export { assertProcessor } from "./processor.ts"
export type { BackingService } from "./services.ts"
