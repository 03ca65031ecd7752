import { z } from "zod"
import type { ChartFiles, ManifestObject } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import { definitionsIn } from "./names.ts"

const resourceList = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
})

const groupList = z.object({
  groups: z.array(z.object({ versions: z.array(z.object({ groupVersion: z.string() })) })),
})

type Resource = z.output<typeof resourceList>["resources"][number]

/** Finds the paths of objects on the API server; each version of a group is requested once. */
export class Resources {
  readonly #api: Pick<ClusterApi, "json">
  readonly #namespace: string
  readonly #lists = new Map<string, Promise<readonly Resource[]>>()
  #served: Promise<ReadonlySet<string>> | undefined

  /** @param namespace of objects that name none. */
  constructor(api: Pick<ClusterApi, "json">, namespace: string) {
    this.#api = api
    this.#namespace = namespace
  }

  /** Path of an object; null where the API server does not know its kind. */
  async pathOf(
    object: Pick<ManifestObject, "apiVersion" | "kind" | "name" | "namespace">,
  ): Promise<string | null> {
    const { apiVersion, kind, name, namespace } = object
    const version = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const found = (await this.#list(version)).find((one) => one.kind === kind && !one.name.includes("/"))
    if (found === undefined) return null
    const inside = found.namespaced ? `/namespaces/${namespace ?? this.#namespace}` : ""
    return `${version}${inside}/${found.name}/${encodeURIComponent(name)}`
  }

  #list(version: string): Promise<readonly Resource[]> {
    const known = this.#lists.get(version)
    if (known !== undefined) return known
    const list = this.#ask(version)
    this.#lists.set(version, list)
    return list
  }

  /** A version that is not there has nothing in it. */
  async #ask(version: string): Promise<readonly Resource[]> {
    if (version.startsWith("/apis/") && !(await this.#versions()).has(version)) return []
    const answer = await this.#api.json(version)
    return answer === null ? [] : read(resourceList, answer, version).resources
  }

  /**
   * Versions of groups that are served, as paths. Asking for any other gets a plain page of "404", as from any server on
   * the way, which says nothing about the cluster.
   */
  #versions(): Promise<ReadonlySet<string>> {
    this.#served ??= this.#api.json("/apis").then((answer) => {
      const { groups } = answer === null ? { groups: [] } : read(groupList, answer, "/apis")
      return new Set(groups.flatMap(({ versions }) => versions.map((one) => `/apis/${one.groupVersion}`)))
    })
    return this.#served
  }
}

function read<T>(shape: z.ZodType<T>, answer: unknown, path: string): T {
  const parsed = shape.safeParse(answer)
  if (parsed.success) return parsed.data
  const problem = parsed.error.issues[0]
  throw new SignalboxError("OUTPUT_UNREADABLE", {
    what: "the API server's list of what it serves cannot be read",
    where: path,
    why: `${problem?.path.join(".") || "document"}: ${problem?.message}`,
    next: "check that the kubeconfig's server is a Kubernetes API server, and what lies between",
  })
}

/** The kinds of a chart's `crds/`, which Helm installs before everything else, at the first installation only. */
export interface RenderedKinds {
  has(object: Pick<ManifestObject, "apiVersion" | "kind">): boolean
}

/** A packed subchart may define any kind: it is not unpacked. */
export function renderedKinds(chart: ChartFiles): RenderedKinds {
  const kinds = new Set(definitionsIn(chart).map(({ group, kind }) => `${group} ${kind}`))
  const packed = [...chart.keys()].some((path) => /(^|\/)charts\/[^/]+\.tgz$/.test(path))
  return { has: ({ apiVersion, kind }) => packed || kinds.has(`${apiVersion.split("/")[0]} ${kind}`) }
}
