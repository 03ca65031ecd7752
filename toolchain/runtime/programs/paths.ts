/** Where things lie in the containers of a module: the SDK image brings the first, main.dang mounts the others. */
export const paths = {
  /** Programs of the SDK image, and the packages that they call. */
  sdk: "/opt/sdk",
  /** What library.ts made for one schema. */
  library: "/sdk",
  /** What build.ts made of one module. */
  bundle: "/module",
} as const

/** What a module gets for "@dagger.io/dagger": the same files for every schema, but for the client they import. */
export const sdkModule = `${paths.sdk}/dagger.mjs`

/** The part of the SDK that the generated client imports. */
export const contextModule = `${paths.sdk}/context.mjs`

export const library = {
  /** The generated client, to run. */
  code: `${paths.library}/client.mjs`,
  /** Its declarations; the introspector knows the file by this name. */
  declarations: `${paths.library}/client.gen.ts`,
  /** V8's compiled code of what every call and every build loads. */
  compiled: `${paths.library}/compiled`,
} as const

export const bundle = {
  /** Bundled code: one file per entry, and shared chunks. */
  code: `${paths.bundle}/js`,
  /** What the scanner found, as plain data. */
  scan: `${paths.bundle}/scan.json`,
  /** Which bundled file declares which object class. */
  entries: `${paths.bundle}/entries.json`,
  /** Why the module cannot be built, for a person; empty when it can. */
  problems: `${paths.bundle}/problems.txt`,
} as const
