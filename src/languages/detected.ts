/** A source tree as the detection of components reads it. */
export interface SourceTree {
  /** Files, relative to the source root, without those that git ignores. */
  readonly paths: readonly string[]
  /** Text of one of them. */
  read(path: string): Promise<string>
}

/** One setting that nobody has written, and where its value is from. */
export interface Assumed {
  /** Name of the setting, as `signalbox.yaml` has it: `entry`. */
  readonly setting: string
  readonly value: string | number | boolean | readonly string[]
  /** What was read, in one phrase: `frontend/package.json: scripts.start`. */
  readonly because: string
}

/** A component that a language recognises by its files. */
export interface Detected {
  /** Its directory, relative to the source root, which itself is `.`. */
  readonly path: string
  /** Why there is a component at all: `backend/package.json has express`. */
  readonly because: string
  readonly settings: readonly Assumed[]
}
