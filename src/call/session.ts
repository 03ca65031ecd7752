import { type Container, type Directory, type File, type Secret, type Service } from "@dagger.io/dagger"
import type { Checked, EnvironmentConfig, Extended, SignalboxConfig } from "../config/index.ts"
import { type AssumedSetting, callWith, SignalboxError } from "../domain/index.ts"
import { runner, type ToolboxFile } from "../toolbox/index.ts"

/** The arguments of the module's constructor, and the access given by `with-access`. */
export interface Inputs {
  readonly source: Directory
  readonly git: Directory | undefined
  /** The commit that the source is; absent for a working tree. */
  readonly revision?: string | undefined
  readonly config: File | undefined
  /** What the files of a tree without signalbox.yaml tell, for calls that can do with that. Absent: signalbox.yaml counts. */
  readonly assumed?: Assumption | undefined
  /** The toolbox file in force: the base revision's, where the call names a file of the tree that it judges. */
  readonly toolbox: File
  /** The toolbox file of the tree, where the call named one: it counts with the tree's policy, once that is approved. */
  readonly ownToolbox?: { readonly file: File; readonly path: string }
  /** The tree itself chooses the images of the call, and no base revision is known, whatever git says. Default: false. */
  readonly hasNoBase?: boolean
  /** Who acts, as locks and ledgers name them. */
  readonly actor: string | undefined
  readonly registryUser: string | undefined
  readonly registryToken: Secret | undefined
  /** Ref or commit whose policy the call is held against. Default: the default branch of the remote. */
  readonly policyRef: string | undefined
  /** Hash of the tree's own policy, where a person has approved it. */
  readonly approvePolicy: string | undefined
  /** The private key that statements are signed with, and its password; absent: they are not signed. */
  readonly signing?: SigningSecrets | undefined
  /** Token of the SonarQube server that the policy names. Default: the call asks none. */
  readonly sonarToken?: Secret | undefined
  /** What an analysis is of: a branch, and `NUMBER:TARGET` of a pull request from it. */
  readonly sonarBranch?: string | undefined
  readonly sonarPullRequest?: string | undefined
  /** Secrets that builds may mount, by name, from `with-build-secret` before the call. */
  readonly buildSecrets: ReadonlyMap<string, Secret>
  /** Access by environment name, from `with-access` before the call. */
  readonly access: ReadonlyMap<string, ClusterAccess>
}

/** The configuration of a tree that has none, and what it was derived from. */
export interface Assumption {
  readonly config: Checked<SignalboxConfig>
  readonly told: readonly AssumedSetting[]
}

/** A signing key, as a call gets it. */
export interface SigningSecrets {
  readonly key: Secret
  readonly password: Secret | undefined
}

/** Secrets by name, from the two parallel lists that the Dagger objects store. */
export function secretsByName(
  names: readonly string[],
  values: readonly Secret[],
): ReadonlyMap<string, Secret> {
  return new Map(
    values.flatMap((value, index) => {
      const name = names[index]
      return name === undefined ? [] : [[name, value] as const]
    }),
  )
}

/** How a call reaches an environment's cluster. */
export interface ClusterAccess {
  readonly kubeconfig: Secret | undefined
  readonly cluster: Service | undefined
}

/** A reachable cluster: its kubeconfig, and the service that stands in for its API server where there is one. */
export interface ReachedCluster {
  readonly kubeconfig: Secret
  readonly cluster: Service | undefined
}

/** What a policy puts in the place of a tree's own files. */
export interface PolicyOverrides {
  readonly config: SignalboxConfig
  /** Session over the base revision, whose environment files take precedence. */
  readonly base: Session | undefined
  /** The shared policy whose rules hold for environments of this tree. Default: none. */
  readonly shared?: Extended | undefined
}

const configFile = "signalbox.yaml"

/** State of one call, shared by its sessions over different source trees. */
interface Call {
  effects: number
  readonly clusters: Map<string, Promise<ReachedCluster>>
  readonly done: Map<string, Promise<unknown>>
  readonly cleanups: (() => Promise<void>)[]
}

const newCall = (): Call => ({ effects: 0, clusters: new Map(), done: new Map(), cleanups: [] })

/** One CLI call: its start time, its nonce and its inputs, each read once when it is first needed. */
export class Session {
  readonly inputs: Inputs
  readonly now: Date
  /** Unique per call. */
  readonly id: string
  readonly #call: Call
  #source: Promise<Directory> | undefined
  #toolbox: Promise<ToolboxFile> | undefined
  #config: Promise<Checked<SignalboxConfig>> | undefined
  readonly #environments = new Map<string, Promise<Checked<EnvironmentConfig>>>()
  readonly #policy: PolicyOverrides | undefined

  constructor(
    inputs: Inputs,
    now = new Date(),
    id: string = crypto.randomUUID(),
    call: Call = newCall(),
    policy?: PolicyOverrides,
  ) {
    this.inputs = inputs
    this.now = now
    this.id = id
    this.#call = call
    this.#policy = policy
  }

  /**
   * Cache key of an effect: another value at every read. One per call is not enough, because a call may read the cluster
   * again after it has changed it.
   */
  get nonce(): string {
    this.#call.effects += 1
    return `${this.id}-${this.#call.effects}`
  }

  /** Cache key of what is looked up once a day (UTC), by whichever call comes first. */
  get today(): string {
    return this.now.toISOString().slice(0, 10)
  }

  /** The embedded cluster of an environment: started when it is first needed, then shared by the whole call. */
  ownCluster(environment: string, start: () => Promise<ReachedCluster>): Promise<ReachedCluster> {
    const known = this.#call.clusters.get(environment)
    if (known !== undefined) return known
    const started = start()
    this.#call.clusters.set(environment, started)
    return started
  }

  /** What is done once in a call, whoever asks for it first. @param key names it, and what it was done with */
  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    const known = this.#call.done.get(key)
    // Under one key there is one kind of work.
    if (known !== undefined) return known as Promise<T>
    const started = work()
    this.#call.done.set(key, started)
    return started
  }

  /** Access to an environment: the call's own argument, or else that of `with-access`. */
  resolveAccess(environment: string, argument: ClusterAccess | undefined): ClusterAccess {
    if (argument?.kubeconfig !== undefined || argument?.cluster !== undefined) return argument
    return this.inputs.access.get(environment) ?? { kubeconfig: undefined, cluster: undefined }
  }

  /** Registers how to stop something that the call has started. */
  addCleanup(cleanup: () => Promise<void>): void {
    this.#call.cleanups.push(cleanup)
  }

  /** Runs the call's body, then its cleanups. A failed cleanup is logged only: the engine stops the rest with its session. */
  async runWithCleanup<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body()
    } finally {
      const results = await Promise.allSettled(this.#call.cleanups.splice(0).map((cleanup) => cleanup()))
      for (const result of results) if (result.status === "rejected") console.error(lastLine(result.reason))
    }
  }

  /**
   * The same call over another source tree: a release is built from its commit, never from the working tree.
   * @param revision The commit whose tree it is: nothing of it is ignored, and the gate secrets searches its history.
   */
  withSource(source: Directory, revision?: string): Session {
    const inputs = { ...this.inputs, source, revision, config: undefined, assumed: undefined }
    return new Session(inputs, this.now, this.id, this.#call)
  }

  /**
   * The same call over the tree of a revision that it is compared with. No policy of that was approved, and a configuration
   * that the call names is its configuration, too.
   */
  withBaseline(source: Directory, revision: string): Session {
    const inputs = { ...this.inputs, source, revision, assumed: undefined, approvePolicy: undefined }
    return new Session(inputs, this.now, this.id, this.#call)
  }

  /** The same call over the same tree, held against a policy. */
  withPolicy(policy: PolicyOverrides): Session {
    return new Session(this.inputs, this.now, this.id, this.#call, policy)
  }

  /** The same call over a tree without signalbox.yaml. */
  withAssumed(assumed: Assumption): Session {
    return new Session({ ...this.inputs, assumed }, this.now, this.id, this.#call, this.#policy)
  }

  /** The same call with another toolbox file in force. */
  withToolbox(toolbox: File): Session {
    return new Session({ ...this.inputs, toolbox }, this.now, this.id, this.#call, this.#policy)
  }

  /** The source that is judged and built: a commit's tree, or the working tree without what git ignores. Read once. */
  source(): Promise<Directory> {
    this.#source ??= import("./own-source.ts").then(({ ownSource }) =>
      ownSource(this.inputs, () => this.toolbox()),
    )
    return this.#source
  }

  toolbox(): Promise<ToolboxFile> {
    this.#toolbox ??= import("../toolbox/index.ts").then(async ({ parseToolbox }) =>
      parseToolbox(await this.inputs.toolbox.contents(), "toolbox.yaml"),
    )
    return this.#toolbox
  }

  /** signalbox.yaml, held against the policy where there is one. @throws CONFIG_MISSING, CONFIG_INVALID */
  async config(): Promise<SignalboxConfig> {
    if (this.#policy !== undefined) return this.#policy.config
    const { resultOf } = await import("../config/index.ts")
    return resultOf(await this.checkedConfig())
  }

  /** signalbox.yaml with the problems found in it. Read once. @throws CONFIG_MISSING */
  checkedConfig(): Promise<Checked<SignalboxConfig>> {
    this.#config ??= this.#readConfig()
    return this.#config
  }

  async #readConfig(): Promise<Checked<SignalboxConfig>> {
    const { assumed } = this.inputs
    if (assumed !== undefined) return assumed.config
    const { checkConfig } = await import("../config/index.ts")
    return checkConfig(await this.configText(), configFile)
  }

  /** The text of signalbox.yaml; empty where what it would say is assumed. @throws CONFIG_MISSING */
  async configText(): Promise<string> {
    if (this.inputs.assumed !== undefined) return ""
    return this.inputs.config === undefined ? this.file(configFile) : this.inputs.config.contents()
  }

  /**
   * An environment, checked together with signalbox.yaml; that of the policy's base where it has one of this name, with as
   * many approvals as the tree's own asks for, where these are more. Under the rules of the shared policy that the policy
   * extends.
   * @throws UNKNOWN_ENVIRONMENT, CONFIG_MISSING, CONFIG_INVALID
   */
  async environment(name: string): Promise<EnvironmentConfig> {
    const base = this.#policy?.base
    if (base !== undefined && (await base.config()).environments.includes(name)) {
      const { environmentUnderPolicy } = await import("../config/index.ts")
      const isOwn = (await this.config()).environments.includes(name)
      const own = isOwn ? (await this.checkedEnvironment(name)).value : undefined
      return environmentUnderPolicy(own, await base.environment(name))
    }
    const { checkTogether, configError, environmentNamed, environmentUnder, neverApproved, resultOf } =
      await import("../config/index.ts")
    environmentNamed(await this.config(), name)
    const checked = await this.checkedEnvironment(name)
    const environment = resultOf(checked)
    const problems = checkTogether(await this.checkedConfig(), [checked])
    if (problems.length > 0) throw configError(problems)
    const shared = this.#policy?.shared
    if (shared === undefined) return environment
    const held = environmentUnder(environment, checked.source, shared)
    const { approvers } = await this.config()
    const never = neverApproved(held, approvers, checked.source, shared.reference)
    if (never.length > 0) throw configError(never)
    return held
  }

  /** environments/NAME.yaml alone, with the problems found in it. Read once. @throws CONFIG_MISSING */
  checkedEnvironment(name: string): Promise<Checked<EnvironmentConfig>> {
    const known = this.#environments.get(name) ?? this.#readEnvironment(name)
    this.#environments.set(name, known)
    return known
  }

  async #readEnvironment(name: string): Promise<Checked<EnvironmentConfig>> {
    const { checkEnvironment } = await import("../config/index.ts")
    const file = `environments/${name}.yaml`
    return checkEnvironment(await this.file(file), file)
  }

  /** A file that is policy: that of the policy's base, where there is one. @throws CONFIG_MISSING */
  policyFile(path: string): Promise<string> {
    return this.#policy?.base?.policyFile(path) ?? this.file(path)
  }

  /** A file of the source tree. @throws CONFIG_MISSING */
  async file(path: string): Promise<string> {
    try {
      return await this.inputs.source.file(path).contents()
    } catch (cause) {
      throw new SignalboxError(
        "CONFIG_MISSING",
        {
          what: "a file of the configuration is missing",
          where: path,
          why: lastLine(cause),
          next: `${path === configFile ? "have it written by init" : `add ${path}`}, or name the tree that has it: ${callWith("--source DIRECTORY")}`,
        },
        { cause },
      )
    }
  }

  async runner(): Promise<Container> {
    return runner(await this.toolbox())
  }
}

function lastLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return (
    text
      .replace(/\s*\[traceparent:[^\]]*\]/g, "")
      .trim()
      .split("\n")
      .at(-1) ?? text
  )
}
