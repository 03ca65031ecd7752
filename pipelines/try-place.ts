import type { Service } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { SignalboxError } from "../src/domain/index.ts"

/** Where the images of a try are pushed to. */
export interface TriedRegistry {
  /** `host[:port]` as the cluster pulls from it. */
  readonly host: string
  readonly prefix: string
  /** How the call reaches it; undefined: by its address. */
  readonly service: Service | undefined
}

/** Longest name of a namespace. */
const longest = 63
const form = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * The namespace of a try: `PROJECT-try-NAME`.
 * @param who name of the try, or of who calls. Default: `dev`
 * @throws USAGE where that is no name, or too long
 */
export function triedNamespace(project: string, who = "dev"): string {
  const name = who
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
  const namespace = `${project}-try-${name}`
  if (name !== "" && form.test(namespace)) return namespace
  throw new SignalboxError("USAGE", {
    what: "the name of the try makes no name of a namespace",
    where: "--name",
    why: `${namespace}: lower-case letters, digits and inner hyphens, at most ${longest} in all`,
    next: "give it a short one: --name NAME",
  })
}

const reference =
  /^(?<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?)(?<path>(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)$/

/**
 * The registry of a call: the one that it names, or that the toolbox has for this machine. Never the one of signalbox.yaml, in which
 * releases are: nobody who tries something should find out afterwards where it went.
 * @param hosted what the cluster says of a registry on this machine
 * @throws USAGE
 */
export async function triedRegistry(
  session: Session,
  {
    registry,
    registryService: service,
  }: { readonly registry: string | undefined; readonly registryService: Service | undefined },
  hosted: string | null,
): Promise<TriedRegistry> {
  const [{ project }, toolbox] = await Promise.all([session.config(), session.toolbox()])
  const named = registry ?? toolbox.registry
  if (named === undefined) throw noRegistry(hosted)
  const { host, path } = partsOf(named)
  return { host, prefix: [path, project, "try"].filter((part) => part !== "").join("/"), service }
}

/** Host and path of a registry. @throws USAGE */
export function partsOf(registry: string): { readonly host: string; readonly path: string } {
  const { host, path } = reference.exec(registry)?.groups ?? {}
  if (host !== undefined && path !== undefined) return { host, path: path.slice(1) }
  throw new SignalboxError("USAGE", {
    what: "the registry of the try is none",
    where: `--registry ${registry}`,
    why: "it is HOST[:PORT][/PATH] in lower case, without https://",
    next: "name it as the cluster's nodes pull from it: --registry localhost:5001",
  })
}

function noRegistry(hosted: string | null): SignalboxError {
  return new SignalboxError("USAGE", {
    what: "a try needs a registry from which the cluster pulls",
    where: "--registry",
    why:
      hosted === null
        ? "neither the call nor the toolbox names one"
        : `neither the call nor the toolbox names one; this cluster says that it pulls from ${hosted}`,
    next:
      hosted === null
        ? "name it: --registry HOST[:PORT][/PATH]; one that is on this machine as well as a service: --registry-service tcp://localhost:PORT"
        : `name it: --registry ${hosted} --registry-service tcp://${hosted}`,
  })
}
