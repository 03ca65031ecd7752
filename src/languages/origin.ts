/** How a component came to a package. */
export interface PackageOrigin {
  /** `NAME@VERSION`, as scanners call it. */
  readonly name: string
  /** From one that the component itself names down to it, as `NAME@VERSION`. */
  readonly path: readonly string[]
  /** Line of the lock file that names it. Absent: it cannot be told. */
  readonly line?: number
  /** Its licence, where the lock file states one. */
  readonly license?: string
}
