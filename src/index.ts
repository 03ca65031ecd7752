import {
  argument,
  check,
  type Directory,
  type File,
  func,
  object,
  type Secret,
  type Service,
} from "@dagger.io/dagger"
import type { Outcome, Session } from "./call/index.ts"
import type { GateName } from "./gates/catalogue.ts"
import { EnvironmentAccess } from "./surface/environment-access.ts"
import { GateReport } from "./surface/gate-report.ts"
import { Images } from "./surface/images.ts"
import { OperationView } from "./surface/operation-view.ts"
import { PlanView } from "./surface/plan-view.ts"

/** A release pipeline: builds, judges, deploys, tests, promotes and takes back. */
@object()
export class Signalbox {
  source: Directory
  git?: Directory
  config?: File
  toolbox: File
  actor?: string
  registryUser?: string
  registryToken?: Secret
  accesses: EnvironmentAccess[] = []
  // Side by side, because the SDK makes secrets of the fields of this object alone, and not of those of an object in a field.
  secretNames: string[] = []
  secretValues: Secret[] = []

  /**
   * @param source The source tree. Default: the whole repository, without its history.
   * @param git The directory that holds .git (not .git itself): history, tags, commits. Default: the repository.
   * @param config Configuration. Default: signalbox.yaml of the source tree.
   * @param toolbox Which image each tool runs in. Default: toolbox.yaml of the repository.
   * @param actor Who acts, as locks and ledgers name them: a person, or the address of a CI job.
   * @param registryUser User name for the registry. Default: signalbox.
   * @param registryToken Password or token for the registry. Default: anonymous.
   */
  constructor(
    @argument({
      defaultPath: "/",
      ignore: [".git", "**/node_modules", "out", "**/coverage", "**/dist", "**/.env", "**/*.log", "sdk"],
    })
    source: Directory,
    @argument({ defaultPath: "/toolbox.yaml" }) toolbox: File,
    @argument({ defaultPath: "/", ignore: ["*", "!.git"] }) git?: Directory,
    config?: File,
    actor?: string,
    registryUser?: string,
    registryToken?: Secret,
  ) {
    this.source = source
    this.toolbox = toolbox
    if (git !== undefined) this.git = git
    if (config !== undefined) this.config = config
    if (actor !== undefined) this.actor = actor
    if (registryUser !== undefined) this.registryUser = registryUser
    if (registryToken !== undefined) this.registryToken = registryToken
  }

  /**
   * Says how an environment is reached, for the call that follows; once for each environment. A call's own --kubeconfig
   * wins over it.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func()
  withAccess(environment: string, kubeconfig: Secret, cluster?: Service): Signalbox {
    const others = this.accesses.filter((one) => one.environment !== environment)
    this.accesses = [...others, new EnvironmentAccess(environment, kubeconfig, cluster)]
    return this
  }

  /**
   * Gives builds a value that their Dockerfiles mount (`secrets` of a component), for the call that follows; once for each.
   * It gets into no layer, log or cache key: another value builds nothing again. The code of a fork is built without.
   * @param name Id of the secret, as signalbox.yaml and the Dockerfile name it.
   * @param value `env://NAME`, file://PATH, `cmd://…`.
   */
  @func()
  withBuildSecret(name: string, value: Secret): Signalbox {
    const known = this.secretNames.indexOf(name)
    const index = known < 0 ? this.secretNames.length : known
    this.secretNames[index] = name
    this.secretValues[index] = value
    return this
  }

  /**
   * Images of the application's components.
   * @param component Build only this one. Default: all.
   */
  @func()
  build(component?: string): Images {
    const { source, toolbox, config, registryUser, registryToken, secretNames, secretValues } = this
    const chosen = component === undefined ? [] : [component]
    return new Images(source, toolbox, chosen, config, registryUser, registryToken, secretNames, secretValues)
  }

  // ---- gates ----

  /**
   * Judges the source tree by every gate that applies: typecheck, lint, unit, coverage, secrets, vulnerabilities, images, charts.
   * Those that gates.required lists for the context block, what the others find is a warning; one that has nothing to judge
   * is skipped with its reason. Each tool runs once per content; the decision is made anew on every call.
   * @param only Names of gates, each of which blocks; the report is partial then, and no evidence.
   * @param skip Names of gates to leave out; the report is partial then, and no evidence.
   * @param context fork, branch or release: how far the code is trusted, and which gates are required.
   */
  @func({ cache: "never" })
  gates(only: string[] = [], skip: string[] = [], context: string = "branch"): Promise<GateReport> {
    return this.view(async (session) => {
      const { chooseGates, judge, trustOf } = await import("../pipelines/gates.ts")
      const chosen = await chooseGates(only, skip)
      const { data, reports } = await judge(session, trustOf(context), chosen.only, chosen.skip)
      return new GateReport(data.verdict, reports, this.toolbox)
    })
  }

  /** Types: tsc over each component. */
  @func({ cache: "never" })
  @check()
  typecheck(): Promise<string> {
    return this.gate("typecheck")
  }

  /** Style and errors: ESLint over each component. */
  @func({ cache: "never" })
  @check()
  lint(): Promise<string> {
    return this.gate("lint")
  }

  /** Unit tests of each component. */
  @func({ cache: "never" })
  @check()
  unit(): Promise<string> {
    return this.gate("unit")
  }

  /** Line coverage of each component against its coverageMinimum. */
  @func({ cache: "never" })
  @check()
  coverage(): Promise<string> {
    return this.gate("coverage")
  }

  /** Secrets in the whole history and in the tree. */
  @func({ cache: "never" })
  @check()
  secrets(): Promise<string> {
    return this.gate("secrets")
  }

  /** Known vulnerabilities in lock files and images, against the toolbox's advisory database. */
  @func({ cache: "never" })
  @check()
  vulnerabilities(): Promise<string> {
    return this.gate("vulnerabilities")
  }

  /** Each image within its maxImageMb, as an unprivileged user, on its port. */
  @func({ cache: "never" })
  @check()
  images(): Promise<string> {
    return this.gate("images")
  }

  /** The chart with every environment's values: lint, schemas, policy. */
  @func({ cache: "never" })
  @check()
  charts(): Promise<string> {
    return this.gate("charts")
  }

  // ---- release ----

  /**
   * Judges, builds and pushes one commit by digest, and writes its release record.
   * A version that has a record is given back; a record of another commit is refused (16). Prints JSON: version, commit,
   * record, images by digest.
   * @param version Semantic version, with or without v.
   * @param tag Release this tag's commit. Default: HEAD.
   */
  @func({ cache: "never" })
  publish(version: string, tag?: string): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/publish.ts")).publish(session, version, tag),
    )
  }

  /**
   * The whole release of a tag: gates, build, publish, then the same digests from environment to environment.
   * Stops before a protected one with 17 and the plan's hash; continues where an earlier call stopped. Where the way has
   * more than two environments, `with-access` before the call says how each is reached.
   * @param tag A tag on the protected branch, such as v1.4.0.
   * @param kubeconfig Of the environment that the tag goes to: kubeconfig, plain or base64.
   * @param fromKubeconfig Of the environment that it takes its releases from.
   * @param until Name of an environment on the way: ends with 0 once that is verified and the next one is planned.
   * @param approve Hash of the plan that is approved, of the first protected environment that lacks the release.
   * @param cluster API server of the last environment, where it is a service or a port of this machine.
   * @param fromCluster The same of the environment before.
   */
  @func({ cache: "never" })
  release(
    tag: string,
    kubeconfig?: Secret,
    fromKubeconfig?: Secret,
    until?: string,
    approve?: string,
    cluster?: Service,
    fromCluster?: Service,
  ): Promise<string> {
    const request = {
      tag,
      until,
      approve,
      access: { kubeconfig, cluster },
      from: { kubeconfig: fromKubeconfig, cluster: fromCluster },
    }
    return this.end(async (session) => (await import("../pipelines/release.ts")).release(session, request))
  }

  /**
   * The release record with the gates' results, chart, values and tests that belong to it.
   * @param release Version of the release.
   */
  @func({ cache: "never" })
  record(release: string): Promise<Directory> {
    return this.view(async (session) =>
      (await import("../pipelines/record.ts")).recordFiles(session, release),
    )
  }

  /**
   * Checks an exported release record offline: its digest, every gate's result, verdicts and waivers. 16 when one is wrong.
   * @param record Directory that the function record exported.
   * @param digest Digest that the record must have. Default: any.
   */
  @func({ cache: "never" })
  verifyRelease(record: Directory, digest?: string): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/record.ts")).verifyRelease(session, record, digest),
    )
  }

  /**
   * The manifests of an environment (manifests.yaml), after lint, schemas and policy. Changes nothing.
   * They are of a release, or of this source tree with the digests that its images have here.
   * @param environment Name of the environment.
   * @param release Version of the release. Default: this source tree.
   */
  @func({ cache: "never" })
  render(environment: string, release?: string): Promise<Directory> {
    return this.view(async (session) =>
      (await import("../pipelines/render.ts")).render(session, environment, release),
    )
  }

  /**
   * The CI files of the project: GitHub Actions workflows and a Jenkinsfile that only call this module.
   * @param module Address of this module for a project that is not its home. Default: the module in the project's root.
   */
  @func({ cache: "never" })
  wrappers(module?: string): Promise<Directory> {
    return this.view(async (session) => (await import("../pipelines/wrappers.ts")).wrappers(session, module))
  }

  // ---- environments: look ----

  /**
   * What a deployment of a release would do: steps, changes, warnings, and the hash that can be approved. Changes nothing.
   * @param environment Name of the environment.
   * @param release Version of the release.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param fromKubeconfig Of the environment that it takes its releases from. Default: the other kubeconfig.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param fromCluster The same of the environment before.
   */
  @func({ cache: "never" })
  async plan(
    environment: string,
    release: string,
    kubeconfig?: Secret,
    fromKubeconfig?: Secret,
    cluster?: Service,
    fromCluster?: Service,
  ): Promise<PlanView> {
    const delivery = {
      environment,
      access: { kubeconfig, cluster },
      from: { kubeconfig: fromKubeconfig, cluster: fromCluster },
    }
    return this.view(async (session) => {
      const { plan, planText } = await import("../pipelines/environment.ts")
      const planned = await plan(session, release, delivery)
      return new PlanView(planned.hash, planText(planned), planned.markdown)
    })
  }

  /**
   * What runs in an environment, since when, verified by what; its lock, holds and unfinished operation.
   * With `--repair` it acts: it ends with 0, 11 (no registry), 14 (held by another) or 18 (the copy is incomplete).
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param repair First rebuild a ledger or journal that is lost or damaged from the evidence; what is whole stays.
   * @param reason Why what operations without evidence may have held need not be held; to repair after 18.
   */
  @func({ cache: "never" })
  status(
    environment: string,
    kubeconfig?: Secret,
    cluster?: Service,
    repair: boolean = false,
    reason?: string,
  ): Promise<string> {
    const access = { kubeconfig, cluster }
    return this.end(async (session) =>
      repair
        ? (await import("../pipelines/repair.ts")).repair(session, environment, access, reason)
        : (await import("../pipelines/operate.ts")).status(session, environment, access),
    )
  }

  /**
   * Every deployment of an environment, newest first: version, outcome, who, when, why.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func({ cache: "never" })
  history(environment: string, kubeconfig?: Secret, cluster?: Service): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/operate.ts")).history(session, environment, { kubeconfig, cluster }),
    )
  }

  /**
   * What the last operation on an environment did and learned, also a failed one; or the one with an id.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param id Id of the operation, as its call printed it. Default: the last one.
   */
  @func({ cache: "never" })
  operation(
    environment: string,
    kubeconfig?: Secret,
    id?: string,
    cluster?: Service,
  ): Promise<OperationView> {
    return this.view(async (session) => {
      const { operation, withReports } = await import("../pipelines/operation.ts")
      const found = await operation(session, environment, { kubeconfig, cluster }, id)
      return new OperationView(found.operation, found.planHash, await withReports(found))
    })
  }

  /**
   * Measures engine, disk, DNS, registry and, with an environment, its cluster; says what is slow or broken and what to do.
   * @param environment Also look at this environment's cluster.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func({ cache: "never" })
  doctor(environment?: string, kubeconfig?: Secret, cluster?: Service): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/doctor.ts")).doctor(session, environment, { kubeconfig, cluster }),
    )
  }

  // ---- environments: act ----

  /**
   * Deploys a release: roll-out, smoke, load, verified.
   * When it does not hold, the environment goes back to the last verified release (15). A protected environment stops
   * with 17 and the plan's hash until that is approved.
   * @param environment Name of the environment.
   * @param release Version of the release.
   * @param approve Hash of the approved plan.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param fromKubeconfig Of the environment that it takes its releases from. Default: the other kubeconfig.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param fromCluster The same of the environment before.
   */
  @func({ cache: "never" })
  deploy(
    environment: string,
    release: string,
    kubeconfig?: Secret,
    approve?: string,
    fromKubeconfig?: Secret,
    cluster?: Service,
    fromCluster?: Service,
  ): Promise<string> {
    const delivery = {
      environment,
      approve,
      access: { kubeconfig, cluster },
      from: { kubeconfig: fromKubeconfig, cluster: fromCluster },
    }
    return this.end(async (session) =>
      (await import("../pipelines/environment.ts")).deploy(session, release, delivery),
    )
  }

  /**
   * Deploys to one environment the very digests that are verified in another.
   * @param release Version of the release.
   * @param from Environment in which it has to be verified.
   * @param to Environment that it goes to.
   * @param kubeconfig Of the environment in --to: `env://NAME` or file://PATH, plain or base64.
   * @param fromKubeconfig Of the environment in --from. Default: the other kubeconfig.
   * @param approve Hash of the approved plan.
   * @param cluster API server of --to, where it is a service or `tcp://localhost:PORT`; replaces the kubeconfig's address.
   * @param fromCluster The same of --from.
   */
  @func({ cache: "never" })
  promote(
    release: string,
    from: string,
    to: string,
    kubeconfig?: Secret,
    fromKubeconfig?: Secret,
    approve?: string,
    cluster?: Service,
    fromCluster?: Service,
  ): Promise<string> {
    const delivery = {
      environment: to,
      approve,
      access: { kubeconfig, cluster },
      from: { kubeconfig: fromKubeconfig, cluster: fromCluster },
    }
    return this.end(async (session) =>
      (await import("../pipelines/environment.ts")).promote(session, release, from, delivery),
    )
  }

  /**
   * Back to the last verified release, proven by its smoke test; what ran is held until `hold --lift`.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param revision Helm revision to go to; it must have been verified. Default: the last verified one.
   * @param reason Why; written into the ledger.
   * @param rehearse Only say what would be done.
   */
  @func({ cache: "never" })
  rollback(
    environment: string,
    kubeconfig?: Secret,
    revision?: number,
    reason?: string,
    rehearse: boolean = false,
    cluster?: Service,
  ): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/operate.ts")).rollback(
        session,
        environment,
        { kubeconfig, cluster },
        { revision, reason, rehearse },
      ),
    )
  }

  /**
   * Refuses a release in an environment (16) until it is lifted.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param reason Why; required, written into the ledger.
   * @param release Version. Default: to hold, what runs; to lift, every hold.
   * @param lift Lift instead of hold.
   */
  @func({ cache: "never" })
  hold(
    environment: string,
    kubeconfig?: Secret,
    reason?: string,
    release?: string,
    lift: boolean = false,
    cluster?: Service,
  ): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/operate.ts")).hold(
        session,
        environment,
        { kubeconfig, cluster },
        { version: release, reason, lift },
      ),
    )
  }

  /**
   * Removes the lock of a dead holder at once instead of after its time to live.
   * @param environment Name of the environment.
   * @param holder The holder, as status names it.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func({ cache: "never" })
  unlock(environment: string, holder: string, kubeconfig?: Secret, cluster?: Service): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/operate.ts")).unlock(session, environment, { kubeconfig, cluster }, holder),
    )
  }

  /**
   * Runs the smoke tests of the release that runs in an environment.
   * A failure (10) revokes its verification there until it is deployed and verified anew.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func({ cache: "never" })
  smoke(environment: string, kubeconfig?: Secret, cluster?: Service): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/operate.ts")).test(session, "smoke", environment, { kubeconfig, cluster }),
    )
  }

  /**
   * Runs a load profile against an environment and holds it against its objectives.
   * A failure (10) revokes the verification of the release that runs there, unless it was out for the limit: profile
   * stress, or more users than the profile has.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param profile smoke, load, stress, spike, volume, endurance or safety.
   * @param scale Factor on all times of the profile and, below 1, on its users.
   * @param users Users at once. Default: the profile's.
   * @param seconds Length of the steady phase. Default: the profile's.
   * @param dryRun Only check the target and say what would be run.
   */
  @func({ cache: "never" })
  load(
    environment: string,
    profile: string = "load",
    kubeconfig?: Secret,
    scale: number = 1,
    users?: number,
    seconds?: number,
    dryRun: boolean = false,
    cluster?: Service,
  ): Promise<string> {
    const load = { profile, scale, users: users ?? null, durationSeconds: seconds ?? null, dryRun }
    return this.end(async (session) =>
      (await import("../pipelines/operate.ts")).test(
        session,
        "load",
        environment,
        { kubeconfig, cluster },
        load,
      ),
    )
  }

  private gate(name: GateName): Promise<string> {
    return this.end(async (session) => (await import("../pipelines/gate-end.ts")).oneGate(session, name))
  }

  /** Runs an acting call to its end; what it prints is the result, how it ended is the exit code. */
  private async end(body: (session: Session) => Promise<Outcome>): Promise<string> {
    const session = await this.session()
    const { conclude, settle } = await import("./call/index.ts")
    const outcome = await settle(() => session.during(() => body(session)))
    return conclude(() => session.shell(), outcome)
  }

  /** The same for a call that gives an object: a failure still ends with our exit code. */
  private async view<T>(body: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.session()
    const { attempt } = await import("./call/index.ts")
    return attempt(
      () => session.shell(),
      () => session.during(() => body(session)),
    )
  }

  private async session(): Promise<Session> {
    const { Session, secretsByName } = await import("./call/index.ts")
    return new Session({
      source: this.source,
      toolbox: this.toolbox,
      git: this.git,
      config: this.config,
      actor: this.actor,
      registryUser: this.registryUser,
      registryToken: this.registryToken,
      buildSecrets: secretsByName(this.secretNames, this.secretValues),
      access: new Map(
        this.accesses.map(({ environment, kubeconfig, cluster }) => [environment, { kubeconfig, cluster }]),
      ),
    })
  }
}
