import type { Session } from "../src/call/index.ts"
import type {
  AnyGateName,
  Extended,
  NamedGates,
  Policy,
  PolicyFiles,
  PolicyParts,
  SignalboxConfig,
  Waiver,
} from "../src/config/index.ts"
import { type Digest, type GateContextName, gateContexts, sha256 } from "../src/domain/index.ts"
import { extendedBy, type PolicyReader, sharedPolicy } from "./shared-policy.ts"

/** One tree's policy, and the session that read it. */
export interface TreePolicy {
  readonly session: Session
  readonly config: SignalboxConfig
  readonly waivers: readonly Waiver[]
  readonly policy: Policy
  readonly hash: Digest
  /** What the policy was made of. */
  readonly parts: PolicyParts
  /** The shared policy whose rules are in all of it; undefined where it extends none, or it is not read yet. */
  readonly shared: Extended | undefined
  /** Text of the tree's own toolbox file; undefined where it has none. */
  readonly toolbox: string | undefined
  /** Gates that the text of signalbox.yaml lists as required in a context; none where the default holds. */
  named(context: GateContextName): readonly AnyGateName[]
}

/** A tree's policy as its own files have it, without the one that it extends. */
export async function treePolicy(session: Session): Promise<TreePolicy> {
  const { listedContexts, parseWaivers, policyHash, policyOf } = await import("../src/config/index.ts")
  const config = await session.config()
  const listed = listedContexts(await session.configText())
  const waivers =
    config.waivers === null ? [] : parseWaivers(await session.file(config.waivers), config.waivers)
  const [environments, toolbox] = await Promise.all([
    Promise.all(
      config.environments.map(async (name) => [
        name,
        await yamlIfThere(session, `environments/${name}.yaml`),
      ]),
    ),
    textIfThere(session, session.inputs.ownToolbox?.path ?? "toolbox.yaml"),
  ])
  const { readYaml } = await import("./yaml.ts")
  const parts = {
    ...{ config, waivers },
    environments: Object.fromEntries(environments) as Record<string, unknown>,
    toolbox: toolbox === undefined ? null : readYaml(toolbox, "toolbox.yaml"),
    named: Object.fromEntries(listed.map((context) => [context, config.gates.required[context]])),
    files: await policyFiles(session, config),
  }
  const policy = policyOf(parts)
  return {
    ...{ session, config, waivers, policy, hash: policyHash(policy), parts, shared: undefined, toolbox },
    named: (context) => parts.named[context] ?? [],
  }
}

/**
 * A tree's policy under the one that it extends; itself where it extends none.
 * @throws whatever keeps the shared policy from being read: a tree's own is never the policy instead
 */
export async function extended(tree: TreePolicy, reader: PolicyReader): Promise<TreePolicy> {
  const { extends: reference } = tree.config
  return reference === undefined ? tree : withShared(tree, await sharedPolicy(reader, reference))
}

/** Settings, required gates, environments and hash under a shared policy. @throws CONFIG_INVALID where nothing satisfies both */
export async function withShared(tree: TreePolicy, shared: Extended): Promise<TreePolicy> {
  const session = await extendedBy(tree.session, shared)
  const config = await session.config()
  const { policyHash, policyOf } = await import("../src/config/index.ts")
  const environments = await Promise.all(
    Object.entries(tree.parts.environments).map(async ([name, written]) => [
      name,
      written === null ? null : await environmentAsHeld(tree.session, name, written, shared),
    ]),
  )
  const named = namedByEither(tree, shared)
  const parts = {
    ...{ ...tree.parts, config, named },
    files: await policyFiles(tree.session, config),
    environments: Object.fromEntries(environments) as Record<string, unknown>,
  }
  const policy = policyOf(parts)
  return {
    ...tree,
    ...{ session, config, policy, hash: policyHash(policy), parts, shared },
    named: (context) => named[context] ?? [],
  }
}

/** What the shared policy's own lists name is named for the tree, too: changes and hash must tell it. */
function namedByEither({ named }: TreePolicy, { policy }: Extended): NamedGates {
  const required = policy.gates?.required ?? {}
  const both = gateContexts.map(
    (context) => [context, [...new Set([...named(context), ...(required[context] ?? [])])] as const] as const,
  )
  return Object.fromEntries(both.filter(([, gates]) => gates.length > 0))
}

/** An environment's file as written, but for what the shared policy's rules change; a file with mistakes as it is. */
async function environmentAsHeld(session: Session, name: string, written: unknown, shared: Extended) {
  const { environmentUnder } = await import("../src/config/index.ts")
  const { value, source } = await session.checkedEnvironment(name)
  if (value === undefined || typeof written !== "object") return written
  const held = environmentUnder(value, source, shared)
  const changed = Object.entries(held).filter(
    ([key, one]) => JSON.stringify(one) !== JSON.stringify(Reflect.get(value, key)),
  )
  return { ...written, ...Object.fromEntries(changed) }
}

/** By digest: a change of one is a change of the policy. */
async function policyFiles(session: Session, { gates }: SignalboxConfig): Promise<PolicyFiles> {
  const { policyFilesOf } = await import("../src/config/index.ts")
  const digests = policyFilesOf(gates).map(async (path) => {
    const isThere = await session.inputs.source.exists(path)
    return [path, isThere ? sha256(await session.file(path)) : null] as const
  })
  return Object.fromEntries(await Promise.all(digests))
}

async function yamlIfThere(session: Session, path: string): Promise<unknown> {
  const { readYaml } = await import("./yaml.ts")
  const text = await textIfThere(session, path)
  return text === undefined ? null : readYaml(text, path)
}

async function textIfThere({ inputs }: Session, path: string): Promise<string | undefined> {
  return (await inputs.source.exists(path)) ? inputs.source.file(path).contents() : undefined
}
