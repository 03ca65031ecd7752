import { homedir } from "node:os"
import { join, resolve } from "node:path"

/** The repository's root directory. */
export const repositoryRoot = resolve(import.meta.dirname, "..")

/**
 * Where everything of the toolchain lives: built parts, state of running services, logs, Go and Node caches.
 * `$XDG_CACHE_HOME/signalbox`, by default `~/.cache/signalbox`. Deleting it means a cold start, nothing else.
 */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "signalbox")

const inCache = (...parts: string[]): string => join(cacheDirectory, ...parts)

/** Layout of the cache directory; one place, so that no two parts disagree about a name. */
export const paths = {
  cache: cacheDirectory,
  /** One directory per step, one per key in it: `steps/<id>/<key>/`. */
  steps: inCache("steps"),
  /** One log per step and per service: `logs/<name>.log`. */
  logs: inCache("logs"),
  /** Node of the pinned version: `node/<version>/{bin,lib}`. */
  node: inCache("node"),
  /** What Go keeps while something is left to build: modules and compiled packages. */
  go: inCache("go"),
  goModules: inCache("go", "mod"),
  goBuild: inCache("go", "build"),
  /** State of the engine: socket, pid, layers. */
  engine: inCache("engine"),
  /** State of further engines, one directory each. */
  instances: inCache("instances"),
  /** State of the registry: its data, pid, configuration. */
  registry: inCache("registry"),
  /** State and PKI of the cluster of host processes. */
  cluster: inCache("cluster"),
  /** The toolbox file that names the images in the local registry. */
  toolbox: inCache("toolbox.yaml"),
} as const
