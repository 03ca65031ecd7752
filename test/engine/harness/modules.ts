import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const fixtures = join(import.meta.dirname, "..", "fixtures")

/** A directory outside the repository that is gone after the test. */
export interface Workspace extends AsyncDisposable {
  readonly path: string
  /** Writes files, by path relative to the workspace; directories are made. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  read(file: string): Promise<string>
  /** Copies a fixture into a directory of the workspace and returns its path. Default: the fixture's own name. */
  fixture(name: string, to?: string): Promise<string>
}

/**
 * Makes an empty workspace.
 * @param git marks it as a repository, which makes it one context for all modules in it. Default: yes.
 */
export async function workspace({ git = true }: { readonly git?: boolean } = {}): Promise<Workspace> {
  const path = await mkdtemp(join(tmpdir(), "signalbox-"))
  // All that Dagger looks for; an object database is only needed where history matters.
  if (git) await mkdir(join(path, ".git"))
  const here: Workspace = {
    path,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        const file = join(path, name)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, text)
      }
    },
    read: (file) => readFile(join(path, file), "utf8"),
    async fixture(name, to = name) {
      await cp(join(fixtures, name), join(path, to), { recursive: true })
      return join(path, to)
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
  return here
}

export interface ModuleOptions {
  readonly name: string
  /** Default: "typescript", the one that is built into the engine. */
  readonly sdk?: string
  readonly include?: readonly string[]
  /** Name and relative directory of each module that it depends on. */
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The text of a dagger.json. */
export function daggerJson({ name, sdk = "typescript", include, dependencies = {} }: ModuleOptions): string {
  return JSON.stringify({
    name,
    engineVersion: "v0.21.7",
    sdk: { source: sdk },
    ...(include && { include }),
    dependencies: Object.entries(dependencies).map(([name, source]) => ({ name, source })),
  })
}
