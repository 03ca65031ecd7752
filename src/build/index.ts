export type { ArchiveFacts } from "./archive/facts.ts"
export { hardeningProblems } from "./hardening.ts"
export {
  assertBuildable,
  type BuildAll,
  type BuiltImage,
  buildAll,
  buildImage,
  containerOf,
  leftOutOf,
} from "./images.ts"
export { hasJavaArchives, packagesSbom, sbomDirectory, sbomOf } from "./sbom.ts"
export {
  againstBudget,
  assumedLines,
  type ImageSize,
  imageSize,
  inMegabytes,
  megabytes,
  sizesText,
} from "./sizes.ts"
