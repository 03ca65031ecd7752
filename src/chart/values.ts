import { parse, stringify, YAMLError } from "yaml"
import { type Digest, type ReleaseImage, SignalboxError } from "../domain/index.ts"

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

/** A component as far as the chart that Signalbox brings goes by it. */
export interface DeclaredComponent {
  readonly port?: number | undefined
  /** Path that answers 200. */
  readonly health?: string | undefined
  readonly user?: number | undefined
}

/**
 * What signalbox.yaml says of the components, as the first values of the chart that Signalbox brings: the image is judged
 * by the same port and user. Values files of the project win over it.
 */
export function declaredValuesFile(components: Readonly<Record<string, DeclaredComponent>>): string {
  const declared = Object.entries(components).map(([name, { port, health, user }]) => [
    name,
    {
      ...(port === undefined ? {} : { port }),
      ...(health === undefined ? {} : { health: { liveness: health, readiness: health } }),
      ...(user === undefined ? {} : { user }),
    },
  ])
  return stringify({ declared: Object.fromEntries(declared) }, { version: "1.1" })
}

/** The injected values as the text of a values file, for Helm, which reads YAML 1.1: a component may be called `on`. */
export function injectedValuesFile(values: InjectedValues): string {
  return stringify(values, { version: "1.1" })
}

/** What a values file holds. @throws CONFIG_INVALID that says where it cannot be read, and never quotes the line. */
export function parseValues(text: string, file: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof YAMLError || error instanceof ReferenceError)) throw error
    // Behind its first line the parser shows the place, and that may be a password.
    const [why = ""] = error.message.split("\n")
    throw new SignalboxError("CONFIG_INVALID", {
      what: "the values cannot be read as YAML",
      where: file,
      why: why.replace(/:$/, ""),
    })
  }
}
