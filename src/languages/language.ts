import type { Container, Directory, Secret } from "@dagger.io/dagger"
import type { ImageRef } from "../domain/index.ts"
import type { ToolboxFile, Trust } from "../toolbox/index.ts"
import type { Checks } from "./check.ts"

/** What a component has, whatever it is written in: what is not there is not known, and not held against it. */
export interface ComponentBase {
  /** Directory below the source root; absent where nothing of it is in the source. */
  readonly path?: string | undefined
  readonly language: string
  readonly port?: number | undefined
  /** Path that answers 200 once the component can serve. */
  readonly health?: string | undefined
  /** User id that the container runs as. */
  readonly user?: number | undefined
  /** The only one that it is for: `linux/amd64`. */
  readonly platform?: string | undefined
}

/** Who asks the project's own registry. */
export interface RegistryLogin {
  /** `host[:port]`; the only one that these are for. */
  readonly registry: string
  readonly username: string
  readonly password: Secret
}

export interface ComponentRequest<C extends ComponentBase = ComponentBase> {
  /** Its name in `signalbox.yaml`. */
  readonly name: string
  readonly component: C
  /** The whole source tree; a member takes of it what it needs, by the door of the toolbox (`inputs.ts`). */
  readonly source: Directory
  readonly toolbox: ToolboxFile
  /** Which cache volumes its downloads may share. */
  readonly trust: Trust
  /** Absent: registries are asked by nobody in particular. */
  readonly login?: RegistryLogin | undefined
  /** What builds may mount, by name, as it was given before the call. Default: nothing. */
  readonly secrets?: ReadonlyMap<string, Secret> | undefined
}

/** An image that a language makes: user, port, labels and health check are added by the build, alike for all. */
export interface MadeImage {
  readonly container: Container
  readonly user: number
  readonly port: number
  /** How the image itself asks whether it serves, as arguments; absent where nothing in it can ask. */
  readonly healthcheck?: readonly string[] | undefined
}

/** An image that is there already: nothing is added to it, and wherever it goes, it keeps its digest. */
export interface PublishedImage {
  readonly container: Container
  readonly published: ImageRef
}

export type LanguageImage = MadeImage | PublishedImage

/** An image that is named without its digest. */
export interface UnpinnedImage {
  readonly image: string
  /** Below the source root. */
  readonly file: string
  readonly line: number
}

/** Files that name the packages of a component. */
export interface NamedPackages {
  /** Nothing but them. */
  readonly files: Directory
  /** The one that names each by its version, below the source root: where what is found in them is reported. */
  readonly lockFile: string
  /** How many it names that the component runs with: where there are any, a scan must have seen some. */
  readonly production: number
  /** Whether the image holds the packages themselves, rather than what was made of them. */
  readonly inImage: boolean
}

/**
 * One language: how a component that is written in it is found, built and checked. A member is a folder here and a line in
 * `catalogue.ts`; it imports no other member, and nobody but the catalogue names it. What it does not do: judge (gates),
 * publish (evidence), decide what is required (`signalbox.yaml`).
 */
export interface Language<C extends ComponentBase = ComponentBase> {
  readonly name: string
  /** Whether its development container has Node, under which a check's exit codes are judged before they are cached. */
  readonly hasNode: boolean
  /** The file by which its authors know the component: what is found about all of it is reported there. */
  manifest(component: C): string
  /**
   * What has to be there before anything is built.
   * @throws CONFIG_INVALID that names the file and what to do.
   */
  assertBuildable(request: ComponentRequest<C>): Promise<void>
  /** The component with all that its own checks need, in `workdir`. Keyed by content: no edit of a source installs again. */
  developmentContainer(request: ComponentRequest<C>): Promise<Container>
  /**
   * What names that container in the evidence: the image that it begins with, or the file that makes it, with its SHA-256.
   * `unresolved` where it is another one tomorrow.
   */
  developmentImage(request: ComponentRequest<C>): Promise<string>
  /** How the component is checked by its own tools, by what its files tell. */
  checks(request: ComponentRequest<C>): Promise<Checks>
  /**
   * What of a failed command's last lines tells why, where they are its package manager's; null: they are not.
   * Default: the last lines, whatever they are.
   */
  reasonIn?(said: readonly string[]): readonly string[] | null
  /**
   * What names the packages it is made of, for the scan of known vulnerabilities; null: its image alone tells.
   * @throws CONFIG_INVALID where its lock file is not there or cannot be read.
   */
  packages(request: ComponentRequest<C>): Promise<NamedPackages | null>
  /** Images of others that it builds on by a name alone, which is another image tomorrow. */
  unpinned(request: ComponentRequest<C>): Promise<readonly UnpinnedImage[]>
  /** The image, not yet built. */
  image(request: ComponentRequest<C>): Promise<LanguageImage>
  /**
   * Whether what the image starts is in it: one that starts nowhere would be found out by a rollout only.
   * @throws CONFIG_INVALID
   */
  assertStarts(request: ComponentRequest<C>, image: Container): Promise<void>
}

/** The directory of a component below the source root, which itself is `.`. */
export function directoryOf({ path = "." }: Pick<ComponentBase, "path" | "language">): string {
  return path
}

/** Where a component lies in its development container. */
export const workdir = "/app"
