/** What every attack has to come to: refused by a rule that is named, nothing changed, nothing said that is secret. */
import { expect } from "vitest"
import type { TestEnvironment } from "../../../cluster/deploy-support/environment.ts"
import { finalError } from "../../../engine/harness/index.ts"
import { type Canaries, leaksIn } from "./leaks.ts"

/** How a call ended: the CLI's, or the driver's alone. */
interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What may not change, as lines. */
export type Watch = () => Promise<readonly string[]>

/** Exit code, and what the refusal says: its code, and the rule where there is one. */
export type Refusal = readonly [code: number, ...says: readonly (string | RegExp)[]]

/** The error that a person reads at the end: the CLI's last, or all that the driver says. */
const errorOf = ({ code, stdout, stderr }: Ended): string =>
  finalError({ code: code ?? 1, stdout, stderr, seconds: 0 }) || stderr

/** Makes the attack, and holds its end against the refusal that is due. @returns its end */
export async function refused<T extends Ended>(
  attack: () => Promise<T>,
  [code, ...says]: Refusal,
  watch: Watch,
  canaries: Canaries = {},
): Promise<T> {
  const before = await watch()
  const ended = await attack()
  const error = errorOf(ended)
  expect({ code: ended.code, error }).toEqual({ code, error: expect.stringMatching(/\S/) })
  for (const one of says) expect(error).toMatch(one)
  expect(leaksIn(Buffer.from(`${ended.stdout}\n${ended.stderr}`), canaries)).toEqual([])
  expect(await watch()).toEqual(before)
  return ended
}

const kinds =
  "configmaps,secrets,leases,deployments,replicasets,services,pods,jobs,serviceaccounts,poddisruptionbudgets"

interface Found {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
}

/** Kind, name and version of journal, ledger, Helm's releases, pods and whatever else a deployment could change. */
export async function objectsIn(environment: TestEnvironment): Promise<readonly string[]> {
  const { items } = await environment.kubectlJson<{ items: readonly Found[] }>(["get", kinds])
  return items.map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.resourceVersion}`).sort()
}
