import type { SecretFile } from "../../secret-files.ts"
import type { Lock } from "./lock.ts"
import type { Member } from "./member.ts"

export type ManagerName = "npm" | "pnpm" | "yarn"

/** What an installation is made for. */
export interface InstallPlan {
  /** Members of the workspace whose packages an image needs, relative to the lock file; `.` is its own directory. */
  readonly members: readonly Member[]
  /** Whether there are other members than its own directory. */
  readonly isWorkspace: boolean
}

/** What leaves the packages for production of an installation of all. */
export interface Pruning {
  /** Without running scripts again, and without the network. Null: nothing has to run. */
  readonly command: readonly string[] | null
  /** Patterns, relative to the lock file, below which lies what an installation for production does not have: no part of the image. */
  readonly leavings: readonly string[]
}

/**
 * A package manager of Node: which file of it names the packages, how it installs exactly those, and how its files are read. It is a
 * file here and a line in `catalogue.ts`. Commands are argument arrays, run in the directory of the lock file.
 */
export interface PackageManager {
  readonly name: ManagerName
  /** For its reader: yarn's first version is another program than those that followed. */
  readonly title: string
  readonly lockFile: string
  /** npm package that it is, by its version, and the file in it that Node runs. Null: the toolbox's image has it. */
  distribution(version: string): {
    readonly package: string
    readonly bin: string
    readonly hashOf: "package" | "bin"
  }
  /** The version that reads a lock file as it is, where the project names none. Null: that of the toolbox's image. */
  versionFor(lock: string, file: string): string | null
  /** Files and directories beside the lock file that an installation reads, besides manifests and settings. */
  readonly installFiles: readonly string[]
  /** Settings of the project, without credentials, by file name. */
  settings(read: (name: string) => Promise<string | undefined>): Promise<Readonly<Record<string, string>>>
  /** Of those settings, whether scripts are switched off. */
  ignoresScripts(settings: Readonly<Record<string, string>>): boolean
  /** Directory of its downloads, which a cache volume keeps. */
  readonly downloads: string
  /** Environment of all its commands. */
  readonly environment: Readonly<Record<string, string>>
  /** Its registry. Absent: it reads what npm is set to in the toolbox's image by itself. */
  readonly registry?: {
    /** The one that settings of the project name. Undefined: none. */
    named(settings: Readonly<Record<string, string>>): string | undefined
    /** Tells it of one where nobody names any: an environment counts before all settings. */
    environment(registry: string): Readonly<Record<string, string>>
  }
  /** Installs all packages; a lock file that does not match the manifests fails. */
  readonly install: readonly string[]
  /**
   * Installs what is needed for production; also over an installation of all packages, of which only that is left.
   * `manifests: "needed"`: it gets only the manifests of the members that it is for, without dependencies for development.
   */
  readonly production: {
    readonly manifests: "all" | "needed"
    command(plan: InstallPlan): readonly string[]
    /** How the same is left of all packages, with what scripts have changed in them. Null: it would undo the changes. */
    prune: ((plan: InstallPlan) => Pruning) | null
  }
  /** Fails where the lock file does not match the manifests. Null: `production` does. */
  readonly check: readonly string[] | null
  /** Runs a script of the manifest in the working directory with further arguments. */
  run(script: string, args?: readonly string[]): readonly string[]
  /** Starts an installed program in the working directory. @param ofRoot whether only the root of the workspace names its package. */
  exec(program: string, args: readonly string[], ofRoot?: boolean): readonly string[]
  /** Runs a script of an installation, without those that stand before and after it: they are named, too. */
  runAlone(script: string): readonly string[]
  /** Whether it also runs `prepare` of the project at the end of an installation. */
  readonly runsPrepare: boolean
  /** The build secret `npmrc`, npm's user configuration, as it reads it. */
  readonly userConfig: SecretFile
  /** The lock file with the addresses of a registry, for the installation; content is held by its hashes. Absent: it has none. */
  lockAt?(lock: string, registry: string): string
  /** @throws CONFIG_INVALID where the lock file cannot be read. */
  readLock(lock: string, file: string, members: readonly Member[]): Promise<Lock>
  /** Selects the lines that state the cause in the output of a failed command; null where they are not its output. */
  reasonIn(lines: readonly string[]): readonly string[] | null
}
