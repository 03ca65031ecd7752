import type { Container, Directory, Secret } from "@dagger.io/dagger"
import type { ImageRef, PulledPlatformName, Reach } from "../domain/index.ts"
import type { ToolboxFile, Trust } from "../toolbox/index.ts"
import type { ToolChecks } from "./check.ts"
import type { Detected, SourceTree } from "./detected.ts"
import type { Fix } from "./fix.ts"
import type { PackageOrigin } from "./origin.ts"

/** The settings that a component of any language may have: one that is absent is unknown, and not checked. */
export interface ComponentBase {
  /** Directory, relative to the source root; absent where the source does not contain the component. */
  readonly path?: string | undefined
  readonly language: string
  readonly port?: number | undefined
  /** Path that answers 200 once the component can serve. */
  readonly health?: string | undefined
  /** User id that the container runs as. */
  readonly user?: number | undefined
  /** The platform of an image for one platform only: `linux/amd64`. */
  readonly platform?: string | undefined
  /** Every platform that it is built for. Default: the one of `platform`, or nobody says. */
  readonly platforms?: readonly PulledPlatformName[] | undefined
}

/** Credentials for the project's own registry. */
export interface RegistryLogin {
  /** `host[:port]`; they are sent to no other registry. */
  readonly registry: string
  readonly username: string
  readonly password: Secret
}

export interface ComponentRequest<C extends ComponentBase = ComponentBase> {
  /** Its name in `signalbox.yaml`. */
  readonly name: string
  readonly component: C
  /** Of a component with several platforms, the one that its image is asked for. Default: the only one. */
  readonly platform?: string | undefined
  /** The whole source tree; a language selects its inputs by the functions of the toolbox (`inputs.ts`). */
  readonly source: Directory
  readonly toolbox: ToolboxFile
  /** Which cache volumes its downloads may share. */
  readonly trust: Trust
  /** Absent: registries are accessed anonymously. */
  readonly login?: RegistryLogin | undefined
  /** Secrets that builds may mount, by name, as given before the call. Default: none. */
  readonly secrets?: ReadonlyMap<string, Secret> | undefined
}

/** An image as a language builds it: the build adds user, port, labels and health check, the same way for all. */
export interface UnhardenedImage {
  readonly container: Container
  readonly user: number
  /** Undefined where it listens on none. */
  readonly port: number | undefined
  /** Arguments of the command that checks inside the image whether it serves; absent where no program in it can. */
  readonly healthcheck?: readonly string[] | undefined
  /**
   * A database by which scanners know files of packages by their digest, where the files do not say what they are (jars). In the
   * form of Trivy's Java database. Absent: files are known by what they say.
   */
  readonly packageIndex?: Directory | undefined
}

/** An image that exists already: it is not changed, and keeps its digest wherever it is copied. */
export interface PublishedImage {
  readonly container: Container
  readonly published: ImageRef
}

export type LanguageImage = UnhardenedImage | PublishedImage

/** An image that is named without its digest. */
export interface UnpinnedImage {
  readonly image: string
  /** Relative to the source root. */
  readonly file: string
  readonly line: number
}

/** Packages that a package manager resolved. */
export interface ResolvedPackages {
  /** As databases of advisories call it: `Maven`. */
  readonly ecosystem: string
  readonly packages: readonly {
    readonly name: string
    readonly version: string
    readonly development: boolean
  }[]
}

/** Files that name the packages of a component. */
export interface NamedPackages {
  /** A directory with only these files. */
  readonly files: Directory
  /** The lock file, relative to the source root: findings in packages are reported there. */
  readonly lockFile: string
  /** All files that name them, where these are several: modules of a workspace, requirements of the checks. Default: the lock file alone. */
  readonly lockFiles?: readonly string[]
  /** Names of all of them, where the scanner is known to call each by the same. Default: they are counted. */
  readonly names?: readonly string[]
  /** Number of packages for production that it names, each version once: a scan that reports fewer is an error. */
  readonly production: number
  /** Number of those for development alone. */
  readonly development: number
  /** Directories of the source that it links, such as workspaces, which a scan counts as packages as well. Default: none. */
  readonly linked?: { readonly production: number; readonly development: number }
  /** Files of them, by path in the image (`app/node_modules/eslint/package.json`): none of them belongs there. */
  readonly developmentFiles: readonly string[]
  /**
   * Further ones as `NAME@VERSION`, where the file does not tell where they are installed: none of them belongs in the image. Default:
   * none.
   */
  readonly developmentPackages?: readonly string[]
  /**
   * Whether the image contains the packages themselves, rather than files built from them. Bundlers also copy the code of
   * packages for development into such files, so where it is false, these are scanned, too.
   */
  readonly inImage: boolean
  /** Whether the scan of the image must know each of those for production, too. Default: some of them. */
  readonly eachInImage?: true
  /** How the component came to those for production. Default: the lock file does not tell. */
  readonly origins?: readonly PackageOrigin[]
  /**
   * All packages of the component as its package manager resolved them, where no file of the source names them all in a form that scanners
   * read. Default: the lock file does.
   */
  readonly resolved?: ResolvedPackages
  /** Packages that are the project itself, by their names or by their own files in the image. Default: it is none. */
  readonly own?: readonly string[]
}

/** A file of patterns, such as `.dockerignore`. */
export interface IgnoreFile {
  /** Relative to the source root. */
  readonly path: string
  readonly patterns: readonly string[]
}

/**
 * One language: how a component that is written in it is found, built and checked. A language is a folder here and a
 * line in `catalogue.ts`; it imports no other language, and only the catalogue imports it. It does not judge (gates),
 * publish (evidence), or decide what is required (`signalbox.yaml`).
 */
export interface Language<C extends ComponentBase = ComponentBase> {
  readonly name: string
  /** Whether its development container has Node, which then checks exit codes before the engine caches the exec. */
  readonly hasNode: boolean
  /**
   * Components of this language in a source tree without `signalbox.yaml`. Only what a file says is a setting; what none
   * says keeps the schema's default. Absent: nothing tells one.
   * @throws CONFIG_INVALID where a file that decides cannot be read, or asks for a version that nobody can give.
   */
  detect?(tree: SourceTree): Promise<readonly Detected[]>
  /** What `detect` looks for, in one phrase, for whoever has nothing of it. Default: its name. */
  readonly looksFor?: string
  /**
   * It builds the image of a component in any language: where another one recognises the same directory, that one checks
   * what this one builds. Default: a directory that two recognise is ambiguous.
   */
  readonly buildsAny?: true
  /**
   * Whether the image of a component is made for any platform that it may name, with nothing being run there. Absent: an image has the
   * platform of the engine that builds it.
   */
  forAnyPlatform?(component: C): boolean
  /** Its images are pulled and not built: there is one for each platform that the component states. Default: they are built. */
  readonly isPulled?: true
  /** The file that findings about the component as a whole are reported in. */
  manifest(component: C): string
  /**
   * Checks that the inputs of the build exist, before anything is built.
   * @throws CONFIG_INVALID that names the file and what to do.
   */
  assertBuildable(request: ComponentRequest<C>): Promise<void>
  /**
   * The component in its working directory, with all that its own checks need. Changed sources install no packages again. The directory is
   * `workdir`, or one below it where what the component shares with others lies there.
   */
  developmentContainer(request: ComponentRequest<C>): Promise<Container>
  /**
   * Identifies that container in the evidence: its base image, or the file that builds it with the file's SHA-256.
   * `unresolved` where neither fixes its content.
   */
  developmentImage(request: ComponentRequest<C>): Promise<string>
  /** The checks by the component's own tools, derived from its files. */
  checks(request: ComponentRequest<C>): Promise<ToolChecks>
  /** How the same tools mend what they find, one after the other. Absent: nothing of it does. */
  fixes?(request: ComponentRequest<C>): Promise<readonly Fix[]>
  /**
   * Selects the lines that state the cause, where the output of a failed command is that of its package manager; null
   * where it is not. Default: the last lines.
   */
  reasonIn?(lines: readonly string[]): readonly string[] | null
  /**
   * The files that name its packages, for the scan of known vulnerabilities; null: only its image is scanned.
   * @throws CONFIG_INVALID where its lock file does not exist or cannot be read.
   */
  packages(request: ComponentRequest<C>): Promise<NamedPackages | null>
  /**
   * Its source files, relative to its directory, which a report of coverage should name. Absent: nothing tells code from
   * other files.
   */
  sourceFiles?(request: ComponentRequest<C>): Promise<readonly string[]>
  /** Lines of a source file that hold code. Absent: as `sourceFiles`. */
  codeLines?(text: string): number
  /**
   * Files and directories (`test/`) of its directory that its build leaves out by a list of this language, relative to it.
   * Absent: it leaves nothing out, but for what the project's own ignore files name.
   */
  leftOut?(request: ComponentRequest<C>): Promise<readonly string[]>
  /**
   * Which changes can reach it beside those in what its build takes of its directory. More than there is is allowed, less is not.
   * Absent: nobody knows, and whatever changes counts as its own.
   */
  reach?(request: ComponentRequest<C>): Promise<Reach>
  /**
   * A file that keeps from its build what the build does not need, for a source that has none yet. Absent: the language leaves out
   * what it does not need itself.
   */
  ignoreFile?(component: C, tree: SourceTree): Promise<IgnoreFile | null>
  /** External images that it builds on without a digest: a tag may name another image later. */
  unpinned(request: ComponentRequest<C>): Promise<readonly UnpinnedImage[]>
  /** The image, not yet built. */
  image(request: ComponentRequest<C>): Promise<LanguageImage>
  /**
   * Checks that the image contains the program that it starts: otherwise only a rollout would find that it is missing.
   * @throws CONFIG_INVALID
   */
  assertStarts(request: ComponentRequest<C>, image: Container): Promise<void>
}

/** Where what a component is built from begins: a Dockerfile may be built from a directory above its component. */
export function rootOf(component: { readonly path: string; readonly context?: string | undefined }): string {
  return component.context ?? component.path
}

/** The directory of a component, relative to the source root, which itself is `.`. */
export function directoryOf({ path = "." }: Pick<ComponentBase, "path" | "language">): string {
  return path
}

/** Directory of a component in its development container. */
export const workdir = "/app"
