import { parse, stringify, YAMLError } from "yaml"
import { type Digest, type ReleaseImage, SignalboxError } from "../domain/index.ts"
import { mostAliases } from "./as-kubernetes-reads.ts"

/** The values that Signalbox sets over all others: the version, and every component's image by digest. */
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

/** The settings of a component that the built-in chart uses. */
export interface DeclaredComponent {
  /** `worker`: it listens on no port. */
  readonly kind?: string | undefined
  readonly port?: number | undefined
  /** Path that answers 200. */
  readonly health?: string | undefined
  readonly user?: number | undefined
}

/**
 * The components of signalbox.yaml as the first values file of the built-in chart, so that port and user are those that
 * the image is checked for. Values files of the project override it.
 */
export function declaredValuesFile(components: Readonly<Record<string, DeclaredComponent>>): string {
  const declared = Object.entries(components).map(([name, { kind, port, health, user }]) => [
    name,
    {
      ...(kind === "worker" ? { listens: false } : {}),
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

/** The content of a values file. @throws CONFIG_INVALID with the position of the error, never with the line. */
export function parseValues(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: mostAliases })
  } catch (error) {
    if (!(error instanceof YAMLError || error instanceof ReferenceError)) throw error
    // After its first line the parser's message quotes the source, which may contain a password.
    const [said = ""] = error.message.split("\n")
    const why = said.startsWith("Excessive alias count")
      ? `its anchors are used more than ${mostAliases} times (*name), nested ones counted each time`
      : said
    throw new SignalboxError("CONFIG_INVALID", {
      what: "the values cannot be read as YAML",
      where: file,
      why: why.replace(/:$/, ""),
    })
  }
}
