/**
 * Labels of an image. Only a component's name by default: a commit or a version in the image would give the same
 * sources another digest with every commit, and no layer, scan or verification could be reused. Which commit and
 * version an image belongs to is in the release record, which names the image by digest.
 */
export interface LabelOptions {
  /** Name of the component. */
  readonly title: string
  /** Semantic version; gives the image a digest of its own. Default: none. */
  readonly version?: string | undefined
  /** Commit; gives the image a digest of its own. Default: none. */
  readonly revision?: string | undefined
  /** Address of the repository. Default: none. */
  readonly source?: string | undefined
}

const prefix = "org.opencontainers.image"

/** Labels of a base image that would be wrong for the application built on it. */
export const baseImageLabels: readonly string[] = [
  "authors",
  "created",
  "description",
  "documentation",
  "licenses",
  "ref.name",
  "revision",
  "source",
  "title",
  "url",
  "vendor",
  "version",
].map((name) => `${prefix}.${name}`)

/** In a fixed order, so that equal options give equal images. */
export function imageLabels(options: LabelOptions): [name: string, value: string][] {
  const { title, version, revision, source } = options
  const named: [string, string | undefined][] = [
    [`${prefix}.title`, title],
    [`${prefix}.source`, source],
    [`${prefix}.version`, version],
    [`${prefix}.revision`, revision],
  ]
  return named.filter((label): label is [string, string] => label[1] !== undefined)
}
