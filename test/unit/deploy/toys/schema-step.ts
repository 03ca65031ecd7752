import { type ClusterApi, configMapPath } from "../../../../src/deploy/cluster/index.ts"
import type { Step } from "../../../../src/deploy/steps/step.ts"

const name = "schema"

/**
 * A toy: the database's schema, as a ConfigMap that says for which version it is. It is expanded before a release is
 * rolled out, and goes back to the verified version's, or away, when the operation turns around.
 */
export const schemaStep: Step = {
  id: "expand-schema",
  title: "expand the schema",
  place: "before",
  planned: ({ target }) => ({ title: `expand the schema for ${target.version}`, timeoutSeconds: 60 }),
  isDone: () => null,
  announce: ({ plan }) => `expand the schema for ${plan.target.version}`,
  run: async ({ plan, settings, api }) => {
    await write(api, settings.namespace, plan.target.version)
    return { ok: true, note: `expanded for ${plan.target.version}` }
  },
  onTakeOver: "keep",
  wayBack: {
    id: "contract-schema",
    title: "contract the schema",
    place: "strategy",
    isDone: () => null,
    announce: () => "contract the schema",
    run: async ({ plan, settings, api }) => {
      const { fallback } = plan
      if (fallback === null) await api.remove(configMapPath(settings.namespace, name))
      else await write(api, settings.namespace, fallback.version)
      return { ok: true, note: "contracted" }
    },
    onTakeOver: "repeat-unless-running",
    wayBack: null,
  },
}

/** For which version the schema is; null where there is none. */
export async function schemaOf(api: ClusterApi, namespace: string): Promise<string | null> {
  const object = await api.get(configMapPath(namespace, name))
  return (object?.data as { version?: string } | undefined)?.version ?? null
}

async function write(api: ClusterApi, namespace: string, version: string): Promise<void> {
  const path = configMapPath(namespace, name)
  const there = await api.get(path)
  if ((there?.data as { version?: string } | undefined)?.version === version) return
  const object = { metadata: { name, namespace, ...there?.metadata }, data: { version } }
  await (there === null ? api.create(configMapPath(namespace), object) : api.replace(path, object))
}
