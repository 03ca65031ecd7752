import { posix } from "node:path"
import type { Component } from "../../config/index.ts"
import { directoryOf, languageOf, type NamedPackages, type ResolvedPackages } from "../../languages/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import type { GateContext } from "../gate.ts"

/** What the language of a component says of its packages. */
export interface ComponentPackages
  extends Pick<
    NamedPackages,
    "lockFile" | "lockFiles" | "names" | "production" | "development" | "developmentPackages" | "origins"
  > {
  readonly component: string
  /** Directory of the component. */
  readonly path: string
}

/** What is known of the components beside their lock files. */
export interface Components {
  readonly directories: readonly { readonly component: string; readonly path: string }[]
  readonly packages: readonly ComponentPackages[]
  /** Packages of components without a lock file that a scanner reads; they stand for the file that is named. */
  readonly resolved: readonly {
    readonly component: string
    readonly file: string
    readonly packages: ResolvedPackages
  }[]
  /** Why a language cannot say. */
  readonly errors: readonly string[]
}

export async function componentsOf(context: GateContext): Promise<Components> {
  const named = Object.entries(context.config.components)
  const read = await Promise.all(named.map(([name, one]) => packagesOf(context, name, one)))
  const packages = read.flatMap((one) => (typeof one === "string" || one === null ? [] : [one]))
  return {
    directories: named.map(([component, one]) => ({ component, path: clean(directoryOf(one)) })),
    packages,
    resolved: packages.flatMap(({ component, lockFile: file, resolved }) =>
      resolved === undefined ? [] : [{ component, file, packages: resolved }],
    ),
    errors: read.flatMap((one, at) => (typeof one === "string" ? [`${named[at]?.[0]}: ${one}`] : [])),
  }
}

async function packagesOf(context: GateContext, component: string, one: Component) {
  const language = await languageOf(one)
  const packages = await language.packages(context.request(component)).catch(whyFailed)
  if (typeof packages === "string" || packages === null) return packages
  const { lockFile, lockFiles, names, production, development, developmentPackages, origins, resolved } =
    packages
  return {
    ...{ component, path: clean(directoryOf(one)), lockFile: clean(lockFile), production, development },
    ...(lockFiles === undefined ? {} : { lockFiles: lockFiles.map(clean) }),
    ...(names === undefined ? {} : { names }),
    ...(developmentPackages === undefined ? {} : { developmentPackages }),
    ...(origins === undefined ? {} : { origins }),
    ...(resolved === undefined ? {} : { resolved }),
  }
}

/** Without `./` and the slash at the end; the source root is the empty path. */
function clean(path: string): string {
  const plain = posix.normalize(path).replace(/\/+$/, "")
  return plain === "." ? "" : plain
}
