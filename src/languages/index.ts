export { type Component, component, languageOf } from "./catalogue.ts"
export { type ComponentRequest, type Language, type LanguageImage, workdir } from "./language.ts"
