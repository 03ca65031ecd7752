import type { Container, Directory } from "@dagger.io/dagger"
import type { ImageRef } from "../domain/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"
import type { ImageLabel } from "./image-label.ts"

/** A component's image for one platform: a container to run, an OCI layout to scan, and the facts of its configuration. */
export interface PlatformImage {
  readonly label: ImageLabel
  readonly container: Container
  /** OCI image layout (a directory): equal content gives equal bytes. */
  readonly layout: Directory
  readonly facts: ArchiveFacts
  /** Names the packages in it whose files do not; see `UnhardenedImage`. */
  readonly packageIndex?: Directory | undefined
}

/** What was built of one component, and is published under one digest. */
export interface BuiltImage {
  readonly component: string
  /** That of its image; of several, that of the index which names them. */
  readonly digest: string
  /** Its image for each platform, in the order of their names: whoever judges it judges all of them. */
  readonly platforms: readonly [PlatformImage, ...PlatformImage[]]
  /** OCI image layout of all of them, which is pushed. */
  readonly layout: Directory
  /** Its reference, if it was built elsewhere: `digest` is that of the reference, not that of `layout`. */
  readonly published?: ImageRef
}
