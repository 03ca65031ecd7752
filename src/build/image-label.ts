/** How an image is called in messages, places and names of files. */
export interface ImageLabel {
  /** `web`; `web (linux/arm64)` where the component has several. */
  readonly name: string
  /** `image:web`; `image:web@linux/arm64`. Begins the places of findings: what was found in one image is not waived in another. */
  readonly place: string
  /** `web`; `web/linux-arm64`. */
  readonly path: string
}

/** @param platform absent where the component has one image alone. */
export function imageLabel(component: string, platform?: string): ImageLabel {
  if (platform === undefined) return { name: component, place: `image:${component}`, path: component }
  return {
    name: `${component} (${platform})`,
    place: `image:${component}@${platform}`,
    path: `${component}/${platform.replaceAll("/", "-")}`,
  }
}
