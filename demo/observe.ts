import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { z } from "zod"

const run = promisify(execFile)

const podsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()),
        deletionTimestamp: z.string().optional(),
      }),
      status: z.object({
        phase: z.string(),
        containerStatuses: z.array(z.object({ ready: z.boolean(), imageID: z.string() })).default([]),
      }),
    }),
  ),
})

/**
 * The running digests: component -> imageID digest of its ready pods, read with kubectl. Where a component's pods run
 * different digests, they are joined by `+`, which no rule accepts.
 */
export async function runningDigests(
  kubectl: string,
  kubeconfig: string,
  namespace: string,
): Promise<Record<string, string>> {
  const { stdout } = await run(
    kubectl,
    ["--kubeconfig", kubeconfig, "--namespace", namespace, "get", "pods", "--output", "json"],
    {
      maxBuffer: 64 << 20,
    },
  )
  const found = new Map<string, Set<string>>()
  for (const pod of podsSchema.parse(JSON.parse(stdout)).items) {
    const component = pod.metadata.labels["app.kubernetes.io/component"]
    if (
      component === undefined ||
      pod.metadata.deletionTimestamp !== undefined ||
      pod.status.phase !== "Running"
    )
      continue
    for (const status of pod.status.containerStatuses.filter((one) => one.ready)) {
      const digest = /sha256:[0-9a-f]{64}/.exec(status.imageID)?.[0]
      if (digest !== undefined) found.set(component, (found.get(component) ?? new Set()).add(digest))
    }
  }
  return Object.fromEntries(
    [...found].sort().map(([component, digests]) => [component, [...digests].sort().join("+")]),
  )
}

const catalogSchema = z.object({ repositories: z.array(z.string()) })
const tagListSchema = z.object({ tags: z.array(z.string()).nullable() })

/** Every tag of every repository below a prefix: equal lists before and after a step mean that nothing was published. */
export async function registryTags(registry: string, prefix: string): Promise<Record<string, string[]>> {
  const repositories = (await allRepositories(registry)).filter((name) => name.startsWith(prefix)).sort()
  const lists = await Promise.all(
    repositories.map(async (name) => {
      const list = tagListSchema.parse(await fetchJson(`http://${registry}/v2/${name}/tags/list`))
      return [name, [...(list.tags ?? [])].sort()] as const
    }),
  )
  return Object.fromEntries(lists)
}

/** A registry lists its repositories page by page. */
async function allRepositories(registry: string): Promise<string[]> {
  const pageSize = 500
  const found: string[] = []
  for (;;) {
    const last = found.at(-1)
    const query = last === undefined ? "" : `&last=${encodeURIComponent(last)}`
    const page = catalogSchema.parse(await fetchJson(`http://${registry}/v2/_catalog?n=${pageSize}${query}`))
    found.push(...page.repositories)
    if (page.repositories.length < pageSize) return found
  }
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  if (response.status === 404) return { tags: null }
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response.json()
}
