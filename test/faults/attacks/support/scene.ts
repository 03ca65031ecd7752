/**
 * A shop whose production is protected as docs/trust.md says: signed releases, promoted from staging, by the policy of main.
 * The attacker has a branch of their own, the registry's token and staging's namespace.
 */
import { readFile } from "node:fs/promises"
import { stringify } from "yaml"
import { TestEnvironment } from "../../../cluster/deploy-support/environment.ts"
import { releasedShop, version } from "../../../cluster/deploy-support/shop.ts"
import { type CallOptions, finalError, type Outcome } from "../../../engine/harness/index.ts"
import type { Project } from "../../../engine/support/project.ts"
import { git } from "../../../engine/support/repository.ts"
import { keys } from "./keys.ts"
import type { Canaries } from "./leaks.ts"
import { objectsIn, type Watch } from "./refused.ts"
import { ProjectRegistry } from "./registry.ts"

/** How a call of CI's signs. */
export const signing: readonly string[] = ["--signing-key", "env://SIGNING_KEY"]

/** Every tag of the repository is sent to production: what refuses is never that no rule matches. */
export const everyTag = 'refs: [{ tag: "**", environment: production }]\n'

export interface Scene extends AsyncDisposable {
  readonly here: Project
  readonly registry: ProjectRegistry
  readonly staging: TestEnvironment
  readonly production: TestEnvironment
  /** What must be read nowhere. */
  readonly canaries: Canaries
  /** Production, and everything with a tag. */
  readonly watch: Watch
  /** As a job of CI with the secrets of that job. */
  call(args: readonly string[], options?: CallOptions): Promise<Outcome>
  deployToStaging(version: string): Promise<Outcome>
  /** What the protected job shows to whoever approves. */
  planForProduction(version: string): Promise<Outcome>
  /** A commit with a file of its own on a branch that is checked out nowhere. */
  commitOn(branch: string, from?: string): Promise<{ readonly commit: string; readonly tree: string }>
}

/** @param more further lines of signalbox.yaml, files, and secrets of the calls. */
export async function scene(more: NonNullable<Parameters<typeof releasedShop>[2]> = {}): Promise<Scene> {
  const [staging, production] = [
    await TestEnvironment.create("attack-staging"),
    await TestEnvironment.create("attack-production"),
  ]
  const env = {
    STAGING: await readFile(staging.kubeconfig, "utf8"),
    PRODUCTION: await readFile(production.kubeconfig, "utf8"),
    SIGNING_KEY: keys.release.privateKey,
    ...more.env,
  }
  const here = await releasedShop(
    {
      staging: { namespace: staging.namespace },
      production: { namespace: production.namespace, protected: true, promotesFrom: "staging" },
    },
    undefined,
    { ...more, env, publish: signing, config: `${signingKeys()}${more.config ?? ""}` },
  )
  const registry = new ProjectRegistry(here.name)
  const call: Scene["call"] = (args, options) => here.call(args, { env, ...options })
  const deployToStaging = (wanted: string) =>
    call([
      "deploy",
      "--environment",
      "staging",
      "--release",
      wanted,
      "--kubeconfig",
      "env://STAGING",
      ...signing,
    ])
  const deployed = await deployToStaging(version)
  if (deployed.code !== 0) throw new Error(`staging has no release: ${finalError(deployed)}`)
  return {
    ...{ here, registry, staging, production, call, deployToStaging },
    canaries: canariesOf(env),
    watch: async () => [...(await objectsIn(production)), ...(await registry.tags())],
    planForProduction: (wanted) =>
      call([
        ...["plan", "--environment", "production", "--release", wanted],
        ...["--kubeconfig", "env://PRODUCTION", "--from-kubeconfig", "env://STAGING", "hash"],
      ]),
    commitOn: (branch, from = "main") => commitOn(here.files.path, branch, from),
    async [Symbol.asyncDispose]() {
      await Promise.all([here[Symbol.asyncDispose](), staging.remove(), production.remove()])
    },
  }
}

/** The lines of signalbox.yaml by which CI's key counts. */
export function signingKeys(): string {
  return stringify({ signingKeys: [{ name: "release", publicKey: keys.release.publicKey }] })
}

/** The part of a kubeconfig and of a key that nobody may learn. */
export function canariesOf(env: Readonly<Record<string, string>>): Canaries {
  const { STAGING, PRODUCTION, SIGNING_KEY = "" } = env
  return {
    ...(STAGING === undefined ? {} : { "staging's token": tokenIn(STAGING) }),
    ...(PRODUCTION === undefined ? {} : { "production's token": tokenIn(PRODUCTION) }),
    "the signing key": SIGNING_KEY.split("\n")[1] ?? "",
  }
}

function tokenIn(kubeconfig: string): string {
  return (JSON.parse(kubeconfig) as { users: [{ user: { token: string } }] }).users[0].user.token
}

/** A commit of the tree of another one on a branch of its own, which is checked out nowhere. */
export async function commitOn(directory: string, branch: string, from: string) {
  const parent = await git(directory, "rev-parse", from)
  const tree = await git(directory, "rev-parse", `${from}^{tree}`)
  const commit = await git(directory, "commit-tree", tree, "-p", parent, "-m", `feat: ${branch}`)
  await git(directory, "branch", "--force", branch, commit)
  return { commit, tree }
}
