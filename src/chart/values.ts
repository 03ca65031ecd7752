import { stringify } from "yaml"
import type { Digest, ReleaseImage } from "../domain/index.ts"

/** What Signalbox adds to a chart's values, last: the version, and every component's image by digest. */
export interface InjectedValues {
  readonly global: { readonly version: string }
  readonly components: Readonly<
    Record<string, { readonly image: { readonly repository: string; readonly digest: Digest } }>
  >
}

export function injectedValues(
  version: string,
  images: readonly Pick<ReleaseImage, "component" | "repository" | "digest">[],
): InjectedValues {
  const sorted = [...images].sort((a, b) => (a.component < b.component ? -1 : 1))
  return {
    global: { version },
    components: Object.fromEntries(
      sorted.map(({ component, repository, digest }) => [component, { image: { repository, digest } }]),
    ),
  }
}

/** The injected values as the text of a values file, for Helm, which reads YAML 1.1: a component may be called `on`. */
export function injectedValuesFile(values: InjectedValues): string {
  return stringify(values, { version: "1.1" })
}
