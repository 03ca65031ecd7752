/** What main.ts is told to do: it gets this as JSON, in one argument. */
export interface Job {
  readonly task: "resolve" | "check" | "package"
  /** Directory that Maven is started for. */
  readonly root: string
  /** Directory of the component's module. */
  readonly component: string
  /** Where `root` lies in the source tree, `.` for its top: places are told as the tree has them. */
  readonly place: string
  /** Maven's user settings, with the logins of private repositories. Default: none. */
  readonly settings?: string
  /** Bundle of the system's certificate authorities. */
  readonly authorities: string
  readonly out: string
  /** Goals and properties. */
  readonly arguments: readonly string[]
  /** Modules that hold sources, for `resolve`; relative to `root`. */
  readonly modules?: readonly string[]
}

/** Words in front of every line that says why a task failed; `mavenReason` selects by them. */
export const reasonMark = "maven: "

/** What `package` writes beside the application: `facts.json`. */
export interface Facts {
  /** Directories below `app`, in the order in which they change: each becomes a layer. */
  readonly layers: readonly string[]
  /** Arguments of `java` that start the application in the merged layers; null: nothing in the jar says what to start. */
  readonly start: readonly string[] | null
  /** Why, where `start` is null. */
  readonly why?: string
  /** Modules of the JDK that its classes name, by jdeps. */
  readonly jdkModules: readonly string[]
  readonly springBoot?: string
  /** Packages of its class path at run time, and those for development alone. */
  readonly packages: { readonly production: readonly Artifact[]; readonly development: readonly Artifact[] }
}

/** An artifact of a Maven repository. */
export interface Artifact {
  readonly group: string
  readonly artifact: string
  readonly version: string
  /** SHA-1 of its file, by which scanners know it. */
  readonly sha1: string
}
