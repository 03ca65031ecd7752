/** A source tree as the detection of components reads it. */
export interface SourceTree {
  /** Files, relative to the source root, without those that git ignores, and without tests and installed packages. */
  readonly paths: readonly string[]
  /** All files, also those in which nobody looks for a component, such as tests: an image may be made of them. Absent: `paths`. */
  readonly everything?: readonly string[]
  /** Text of one of them. */
  read(path: string): Promise<string>
  /** Version of a tool as the toolbox has it: `node`. Absent, or undefined: it is not known, and nothing is held against it. */
  versionOf?(tool: string): string | undefined
}

/** One setting that nobody has written, and where its value is from. */
export interface Assumed {
  /** Name of the setting, as `signalbox.yaml` has it: `entry`, `scripts.build`. */
  readonly setting: string
  readonly value: string | number | boolean | readonly string[]
  /** What was read, in one phrase: `frontend/package.json: scripts.start`. */
  readonly because: string
  /** It holds of the image that this language builds, and not where another one builds it. Default: it is about what runs. */
  readonly ofImage?: true
}

/** A component that a language recognises by its files. */
export interface Detected {
  /** Its directory, relative to the source root, which itself is `.`. */
  readonly path: string
  /** Why there is a component at all: `backend/package.json has express`. */
  readonly because: string
  readonly settings: readonly Assumed[]
  /**
   * Why it is not built, though its files look like a component: `its lock file is Bun's`. It is told, and is none. Absent:
   * it is one.
   */
  readonly notBuilt?: string
  /** Though it is not built by this language, its tools check it where another one builds it. */
  readonly isChecked?: true
}
