import { readChart } from "../../../src/chart/index.ts"
import type { ReleaseRecord } from "../../../src/domain/index.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { RegistryStore } from "../../../src/evidence/store/registry-store.ts"
import { network } from "../../../toolchain/network.ts"
import { chart, load, smoke, testValues } from "./environment.ts"

/** The evidence store of a project, as its module uses it. */
export function evidenceStore(project: string): RegistryStore {
  const client = new RegistryClient(network.registry, { insecure: true })
  const prefix = `${network.applicationImages.slice(network.registry.length + 1)}/${project}`
  return new RegistryStore(client, network.registry, prefix)
}

/** Puts a release of the test application where `publish` puts releases, so that calls of the module find it. */
export async function publishTestRelease(
  project: string,
  record: ReleaseRecord,
  script = load,
): Promise<void> {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const files = new Map<string, Uint8Array>([
    ["record.json", bytes(JSON.stringify(record))],
    ["values/base.yaml", bytes(testValues)],
    ["smoke.yaml", bytes(smoke)],
    ["load.js", bytes(script)],
  ])
  for (const [path, content] of await readChart(chart)) files.set(`chart/${path}`, content)
  await evidenceStore(project).put("releases", `v${record.version}`, files)
}
