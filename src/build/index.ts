export type { ArchiveFacts } from "./archive/facts.ts"
export type { BuiltImage, PlatformImage } from "./built-image.ts"
export { hardeningProblems } from "./hardening.ts"
export { type ImageLabel, imageLabel } from "./image-label.ts"
export {
  assertBuildable,
  type BuildAll,
  buildAll,
  buildImage,
  containerOf,
  leftOutOf,
} from "./images.ts"
export { runnable } from "./platforms.ts"
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
