import {
  argument,
  type Changeset,
  check,
  type Directory,
  type File,
  func,
  object,
  type Secret,
  type Service,
} from "@dagger.io/dagger"
import type { Outcome, Session, SigningSecrets } from "./call/index.ts"
import type { RequestedOverride } from "./domain/index.ts"
import type { GateName } from "./gates/catalogue.ts"
import { EnvironmentAccess } from "./surface/environment-access.ts"
import { GateReport } from "./surface/gate-report.ts"
import { Images } from "./surface/images.ts"
import { OperationView } from "./surface/operation-view.ts"
import { PlanView } from "./surface/plan-view.ts"
import { SigningKeys } from "./surface/signing-keys.ts"
import { Toolbox } from "./surface/toolbox.ts"

/** A release pipeline: builds, runs the gates, publishes, deploys, tests, promotes and rolls back. */
@object()
export class Signalbox {
  source: Directory
  git?: Directory
  config?: File
  /** The toolbox file that the call names. Default: found when it is read, because an object must hold nothing that was computed. */
  toolboxFile?: File
  actor?: string
  registryUser?: string
  registryToken?: Secret
  policyRef?: string
  approvePolicy?: string
  sonarToken?: Secret
  sonarBranch?: string
  sonarPullRequest?: string
  accesses: EnvironmentAccess[] = []
  // Two parallel lists, because the SDK restores secrets only in direct fields of this object, not in nested objects.
  secretNames: string[] = []
  secretValues: Secret[] = []

  /**
   * @param source The source tree, without .git and node_modules. Default: the whole repository. What git ignores is no
   * source; what is committed is, whatever its name.
   * @param git The directory that contains .git (not .git itself): history, tags, commits. Default: the repository.
   * @param config Configuration. Default: signalbox.yaml of the source tree.
   * @param toolbox Which image each tool runs in. Default: toolbox.yaml of the source tree; without one, the public images that
   * this version of Signalbox names.
   * @param actor Who acts, as locks and ledgers name them: a person, or the address of a CI job.
   * @param registryUser User name for the registry. Default: signalbox.
   * @param registryToken Password or token for the registry. Default: anonymous.
   * @param policyRef Ref or commit whose policy counts, such as origin/main. Default: the default branch of the remote.
   * @param approvePolicy Hash of this tree's own policy, which then counts: for a protected job whose approver has read it.
   * @param sonarToken Token of the SonarQube server that the policy names, as `env://NAME`: a user's, with Browse and Execute
   * Analysis on the project.
   * @param sonarBranch Branch that the tree is of, for a SonarQube edition that has branches.
   * @param sonarPullRequest Number and target of the pull request from that branch, such as 12:main.
   */
  constructor(
    @argument({ defaultPath: "/", ignore: [".git", "**/node_modules"] }) source: Directory,
    toolbox?: File,
    @argument({ defaultPath: "/", ignore: ["*", "!.git"] }) git?: Directory,
    config?: File,
    actor?: string,
    registryUser?: string,
    registryToken?: Secret,
    policyRef?: string,
    approvePolicy?: string,
    sonarToken?: Secret,
    sonarBranch?: string,
    sonarPullRequest?: string,
  ) {
    this.source = source
    if (toolbox !== undefined) this.toolboxFile = toolbox
    if (git !== undefined) this.git = git
    if (config !== undefined) this.config = config
    if (actor !== undefined) this.actor = actor
    if (registryUser !== undefined) this.registryUser = registryUser
    if (registryToken !== undefined) this.registryToken = registryToken
    if (policyRef !== undefined) this.policyRef = policyRef
    if (approvePolicy !== undefined) this.approvePolicy = approvePolicy
    if (sonarToken !== undefined) this.sonarToken = sonarToken
    if (sonarBranch !== undefined) this.sonarBranch = sonarBranch
    if (sonarPullRequest !== undefined) this.sonarPullRequest = sonarPullRequest
  }

  /**
   * Sets how the call that follows reaches an environment; once for each environment. The call's own --kubeconfig takes
   * precedence.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func()
  withAccess(environment: string, kubeconfig: Secret, cluster?: Service): Signalbox {
    const others = this.accesses.filter((access) => access.environment !== environment)
    this.accesses = [...others, new EnvironmentAccess(environment, kubeconfig, cluster)]
    return this
  }

  /**
   * Provides a secret that a Dockerfile mounts (`secrets` of a component), for the call that follows; once for each secret.
   * Its value is in no layer, log or cache key: another value rebuilds nothing. The code of a fork is built without secrets.
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
   * Images of the application's components; without signalbox.yaml those that its files tell (`assumed` says why).
   * @param component Build only this one. Default: all.
   * @param context fork, branch or release: how far the code is trusted, and so which caches its install scripts can fill.
   * @param affected Only the images that changes since this branch, tag or commit can reach, as `affected` tells them.
   */
  @func()
  build(component?: string, context: string = "branch", affected?: string): Images {
    const {
      source,
      toolboxFile: toolbox,
      config,
      registryUser,
      registryToken,
      secretNames,
      secretValues,
    } = this
    const chosen = component === undefined ? [] : [component]
    return new Images(
      ...([source, toolbox, chosen, config, registryUser, registryToken, secretNames, secretValues] as const),
      context,
      this.git,
      affected,
    )
  }

  // ---- gates ----

  /**
   * Runs every gate that applies to the source tree; each is a call of its own, too (typecheck, lint, unit, coverage, secrets, …).
   * Some apply only where signalbox.yaml configures them.
   * Gates that gates.required lists for the context block; the findings of others, and those that gates.onFail lets warn, are
   * warnings; a gate with nothing to judge is skipped with its reason. A tool runs again only when its input has changed; the
   * verdict is decided on every call.
   * Without signalbox.yaml the report says what was assumed, and is no evidence for a release.
   * @param only Run only these gates; each of them blocks. The report is partial and no evidence for a release.
   * @param skip Leave these gates out. The report is partial and no evidence for a release.
   * @param context fork, branch or release: how far the code is trusted, and which gates are required.
   * @param affected Judge only components that changes since this branch, tag or commit can reach, the chart where they reach it, and
   * whatever gate looks at the whole tree. The report is partial and no evidence for a release.
   * @param since Let only count what is new against this branch, tag or commit, whose tree the same gates judge first. What both
   * have is listed as known before. The report is partial and no evidence for a release.
   * @param failFast Start no further gate once a required one has not passed; those that were not started are listed as not
   * judged. Such a report is partial and no evidence for a release.
   * @param previous Files of an earlier release, as `record` gives them: the reports show how findings, coverage and sizes have changed
   * since. It changes no verdict.
   */
  @func({ cache: "never" })
  gates(
    only: string[] = [],
    skip: string[] = [],
    context: string = "branch",
    affected?: string,
    since?: string,
    failFast: boolean = false,
    previous?: Directory,
  ): Promise<GateReport> {
    return this.view(async (session) => {
      const { chooseGates, contextNamed, judge } = await import("../pipelines/gates.ts")
      const { orAssumed } = await import("../pipelines/assumed.ts")
      const chosen = await chooseGates(only, skip)
      const named = contextNamed(context)
      const known = await orAssumed(session)
      const { scopeSince } = await import("../pipelines/affected.ts")
      const scope = affected === undefined ? undefined : await scopeSince(known, affected, "checks")
      const request = { context: named, ...chosen, affected: scope, since, failFast, previous }
      const { data, reports, approvable } = await judge(known, request)
      return new GateReport(data.verdict, reports, data.partial, approvable)
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

  /** Integration tests that components declare, with databases, queues or other components beside them. */
  @func({ cache: "never" })
  @check()
  integration(): Promise<string> {
    return this.gate("integration")
  }

  /** The project's tests in a browser, against its components as they are built; skipped where signalbox.yaml has no gates.end-to-end. */
  @func({ cache: "never" })
  @check()
  endToEnd(): Promise<string> {
    return this.gate("end-to-end")
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

  /** Known vulnerabilities in every lock file, development included: osv-scanner; skipped where signalbox.yaml has no gates.dependencies. */
  @func({ cache: "never" })
  @check()
  dependencies(): Promise<string> {
    return this.gate("dependencies")
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

  /**
   * The quality gate of SonarQube, on the server that gates.quality names, or on one of the call's own; skipped where
   * signalbox.yaml has no gates.quality.
   */
  @func({ cache: "never" })
  @check()
  quality(): Promise<string> {
    return this.gate("quality")
  }

  /** Licences of what is in each image, against gates.licenses of signalbox.yaml. */
  @func({ cache: "never" })
  @check()
  licenses(): Promise<string> {
    return this.gate("licenses")
  }

  /** Files that builds have to write, and their sizes, against gates.bundle of signalbox.yaml. */
  @func({ cache: "never" })
  @check()
  bundle(): Promise<string> {
    return this.gate("bundle")
  }

  /** Every Dockerfile of the tree: hadolint; skipped where signalbox.yaml has no gates.dockerfile. */
  @func({ cache: "never" })
  @check()
  dockerfile(): Promise<string> {
    return this.gate("dockerfile")
  }

  /** Every shell script of the tree: ShellCheck; skipped where signalbox.yaml has no gates.shell. */
  @func({ cache: "never" })
  @check()
  shell(): Promise<string> {
    return this.gate("shell")
  }

  /** The code of the tree by semgrep and bandit; skipped where signalbox.yaml has no gates.static-analysis. */
  @func({ cache: "never" })
  @check()
  staticAnalysis(): Promise<string> {
    return this.gate("static-analysis")
  }

  /** Workflows and actions of GitHub: actionlint and zizmor; skipped where signalbox.yaml has no gates.workflow. */
  @func({ cache: "never" })
  @check()
  workflow(): Promise<string> {
    return this.gate("workflow")
  }

  /** Files with rules of Falco: their form and names; skipped where signalbox.yaml has no gates.falco. */
  @func({ cache: "never" })
  @check()
  falco(): Promise<string> {
    return this.gate("falco")
  }

  /** What the built components answer once they run; skipped where signalbox.yaml has no gates.dynamic-analysis. */
  @func({ cache: "never" })
  @check()
  dynamicAnalysis(): Promise<string> {
    return this.gate("dynamic-analysis")
  }

  /**
   * What a rule of a report is, why it matters, and how to mend or waive what it finds: each that the gates report of their own
   * accord, and of a tool's what the report and the form of its name tell. Ends with 13 for a name that nobody knows.
   * @param rule The rule, exactly as a report names it.
   * @param report report.json of `gates`: what the tool says, where it was found, and the waiver that would fit.
   */
  @func()
  async explain(rule: string, report?: File): Promise<string> {
    const { conclude, settle } = await import("./call/index.ts")
    const { explain } = await import("../pipelines/explain.ts")
    return conclude(await settle(() => explain(rule, report)))
  }

  // ---- what a change can reach ----

  /**
   * What has changed since a base revision, committed or not, and what that can reach: components with their images and checks,
   * chart, environments; each with the path and the reason. What nobody knows about counts, and the text says so.
   * @param since The branch, tag or commit that counts, such as origin/main.
   */
  @func({ cache: "never" })
  affected(since: string): Promise<string> {
    return this.end(async (session) => {
      const { orAssumed } = await import("../pipelines/assumed.ts")
      return (await import("../pipelines/affected.ts")).affected(await orAssumed(session), since, "markdown")
    })
  }

  /**
   * The same as JSON: {"schemaVersion":1,"since","changed","everything","components":[{"component","image","because"}],"others",
   * "chart","environments","without"}. A reason without "certain" counts because nobody knows that its path does not matter.
   * @param since The branch, tag or commit that counts, such as origin/main.
   */
  @func({ cache: "never" })
  affectedJson(since: string): Promise<string> {
    return this.end(async (session) => {
      const { orAssumed } = await import("../pipelines/assumed.ts")
      return (await import("../pipelines/affected.ts")).affected(await orAssumed(session), since, "json")
    })
  }

  /**
   * What a path can reach and because of what, or which paths can reach a component. Exactly one is named.
   * @param path A file or directory of the source, also one that is no longer there.
   * @param component A component by its name.
   */
  @func({ cache: "never" })
  why(path?: string, component?: string): Promise<string> {
    return this.end(async (session) => {
      const { orAssumed } = await import("../pipelines/assumed.ts")
      return (await import("../pipelines/why.ts")).why(await orAssumed(session), { path, component })
    })
  }

  // ---- adoption ----

  /**
   * The files that this repository needs for a release, as a changeset: signalbox.yaml with what its own files tell, and the
   * reason of each value; environments; CI files; coverage as it is measured. A file that exists is left alone.
   * @param registry Where images are published: host[:port][/path]. Default: the registry of the code host in .git/config.
   * @param environments Names of the environments, in the order of promotions. One that is called production is protected.
   * @param module Address of this module, which the CI files call. Default: the module in the project's root, or no CI files.
   * @param kubeconfig Kubeconfig whose cluster is pinned, for the environments that have none by `with-access`.
   * @param measure Run the tests, so that what they cover becomes the minimum.
   * @param preCommit Write .githooks/pre-commit, too: types and lint of what has changed, before a commit is made.
   */
  @func({ cache: "never" })
  init(
    registry?: string,
    environments: string[] = ["staging", "production"],
    module?: string,
    kubeconfig?: Secret,
    measure: boolean = true,
    preCommit: boolean = false,
  ): Promise<Changeset> {
    const request = { registry, environments, module, kubeconfig, measure, preCommit }
    return this.view(async (session) => (await import("../pipelines/init.ts")).init(session, request))
  }

  /**
   * What the components' own formatters and linters can mend, as a changeset: ESLint, Prettier, Biome, Ruff, Black, gofmt, Clippy,
   * rustfmt, as far as a component configures and installs them, or what `checks.lint.fix` declares.
   * @param component Only this one. Default: all.
   */
  @func({ cache: "never" })
  fix(component?: string): Promise<Changeset> {
    return this.view(async (session) => {
      const { orAssumed } = await import("../pipelines/assumed.ts")
      return (await import("../pipelines/fix.ts")).fix(await orAssumed(session), component)
    })
  }

  // ---- release ----

  /**
   * Runs the gates over one commit, builds and pushes its images by digest, and writes its release record.
   * A version that is already published from this commit is returned unchanged; from another commit it is refused (16).
   * Prints JSON: version, commit, record, images by digest.
   * @param version Semantic version, with or without v.
   * @param tag Release this tag's commit. Default: HEAD.
   * @param signingKey Signs the record: Ed25519 or ECDSA P-256, PKCS8 in PEM or the key file of cosign. Default: not signed.
   * @param signingKeyPassword Password of the signing key.
   * @param clearClaim Id of another call's claim of this version, which is cleared first because that call is dead.
   */
  @func({ cache: "never" })
  publish(
    version: string,
    tag?: string,
    signingKey?: Secret,
    signingKeyPassword?: Secret,
    clearClaim?: string,
  ): Promise<string> {
    return this.end(
      async (session) =>
        (await import("../pipelines/publish.ts")).publish(session, { version, tag, clearClaim }),
      signing(signingKey, signingKeyPassword),
    )
  }

  /**
   * Checks a policy that many repositories share, and stores it in a registry. Prints what each of them names in signalbox.yaml:
   * `extends: REGISTRY/NAME:TAG@sha256:…`. The same file has the same digest. A second line says whether a tag that was there
   * is unchanged, or was moved and from which digest.
   * @param file The policy, such as policy.yaml.
   * @param to Where it is stored: REGISTRY/NAME:TAG. The tag is for people; only the digest counts.
   */
  @func({ cache: "never" })
  publishPolicy(file: File, to: string): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/shared-policy.ts")).publishPolicy(session, file, to),
    )
  }

  /**
   * The whole release of a tag: gates, build, publish, then the same digests from environment to environment.
   * Stops before a protected environment with 17 and the plan's hash; continues where an earlier call stopped. On a route
   * of more than two environments, use `with-access` before the call for each of the others.
   * @param tag A tag on the protected branch, such as v1.4.0.
   * @param kubeconfig Kubeconfig of the last environment, plain or base64.
   * @param fromKubeconfig Kubeconfig of the environment before it.
   * @param until Name of an environment on the route: the call ends with 0 once it is verified and the next one is planned.
   * @param approve Hash of the approved plan: of the first protected environment that does not run the release yet.
   * @param cluster API server of the last environment as a service or `tcp://localhost:PORT`.
   * @param fromCluster API server of the environment before it, likewise.
   * @param signingKey Signs record and verifications: Ed25519 or ECDSA P-256, PKCS8 in PEM or the key file of cosign.
   * @param signingKeyPassword Password of the signing key.
   * @param approvedBy Logins of the approvers, as the CI server knows them, for an environment with approvals; a CI passes them.
   * @param override Rules to override, where the policy allows it: approvals, database-age, gate-missing, gate-verdict, promotion,
   * signed-verification, waiver-expired. Needs --reason; red in every report.
   * @param reason Reason for the override.
   * @param overrideUntil RFC 3339 date-time after which its verification allows no promotion. Default: as long as the policy allows.
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
    signingKey?: Secret,
    signingKeyPassword?: Secret,
    approvedBy: string[] = [],
    override: string[] = [],
    reason?: string,
    overrideUntil?: string,
  ): Promise<string> {
    const request = {
      tag,
      until,
      approve,
      approvedBy,
      access: { kubeconfig, cluster },
      from: { kubeconfig: fromKubeconfig, cluster: fromCluster },
    }
    return this.end(
      async (session) =>
        (await import("../pipelines/release.ts")).release(session, {
          ...request,
          override: await overriding(session, override, reason, overrideUntil),
        }),
      signing(signingKey, signingKeyPassword),
    )
  }

  /**
   * The release record with the gates' results, chart, values and tests of the release.
   * @param release Version of the release.
   */
  @func({ cache: "never" })
  record(release: string): Promise<Directory> {
    return this.view(async (session) =>
      (await import("../pipelines/record.ts")).recordFiles(session, release),
    )
  }

  /**
   * Checks an exported release record offline: its digest and signature, every file's and gate's digest, the images that
   * were judged, verdicts, dates and waivers. Prints project, version, commit and both digests of the release, then each
   * check. Ends with 16 when a check fails.
   * @param record Directory that the function record exported.
   * @param digest Digest that the release must have, as publish prints it, or its record's own. Default: any.
   * @param publicKey PEM file of the public key that must have signed it. Default: the signature is not checked.
   */
  @func({ cache: "never" })
  verifyRelease(record: Directory, digest?: string, publicKey?: File): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/record.ts")).verifyRelease(session, record, {
        digest,
        publicKey: await publicKey?.contents(),
      }),
    )
  }

  /** The toolbox file: `toolbox pin` fills in the digests of its images, `toolbox open` says what it leaves open. */
  @func()
  toolbox(): Toolbox {
    const { source, toolboxFile, git, config, registryUser, registryToken } = this
    return new Toolbox(source, toolboxFile, git, config, registryUser, registryToken)
  }

  /** Keys that sign: `key new` makes a pair. */
  @func()
  key(): SigningKeys {
    return new SigningKeys()
  }

  /**
   * The manifests of an environment (manifests.yaml), after lint, schemas and policy. Changes nothing.
   * Rendered from a release, or from this source tree with the digests of the images that it builds.
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
   * @param module Address of this module, for a project without it in its root. Default: the module in the project's root.
   */
  @func({ cache: "never" })
  wrappers(module?: string): Promise<Directory> {
    return this.view(async (session) => (await import("../pipelines/wrappers.ts")).wrappers(session, module))
  }

  /**
   * A docker-compose.yaml of the project's components, for a developer's machine: by the digests of a release, hardened as in
   * a cluster, with services beside them. Components with a Dockerfile of their own need no release.
   * @param release Version of the release. Default: none, and each component is built by its Dockerfile.
   * @param service What else the stack has: postgres, redis, mongo, pgadmin, redis-commander. Default: nothing.
   * @param production Like production, for integration tests: several of each component, limits, and a password for Redis.
   */
  @func({ cache: "never" })
  compose(release?: string, service: string[] = [], production: boolean = false): Promise<Directory> {
    return this.view(async (session) =>
      (await import("../pipelines/compose.ts")).compose(session, release, service, production),
    )
  }

  /**
   * The tree as it is, running: each component's image, with what stack of signalbox.yaml puts beside it. up opens their ports on
   * this machine until Ctrl-C; nothing is kept, and nothing of it is evidence.
   */
  @func({ cache: "never" })
  devStack(): Promise<Service> {
    return this.view(async (session) => {
      const { orAssumed } = await import("../pipelines/assumed.ts")
      return (await import("../pipelines/dev-stack.ts")).devStack(await orAssumed(session))
    })
  }

  /**
   * The tree as it is, uncommitted changes and all, on a cluster: built, pushed, rolled out by its chart in a namespace of its own
   * (PROJECT-try-NAME). up opens its components' ports on this machine until Ctrl-C; what runs stays until try-end. Nothing of it is
   * evidence. Refused for the namespaces of environments, and for the cluster of a protected one (16).
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64, of a cluster for development: kind, k3d, minikube.
   * @param registry HOST[:PORT][/PATH] from which the cluster pulls. Default: the toolbox's.
   * @param registryService That registry as a service, where it is on this machine: `tcp://localhost:5001`, in plain HTTP.
   * @param name Of the try, so that several people have theirs on one cluster. Default: the actor, or dev.
   * @param values Values of the try, over those of the tree; an environment's do not count.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func({ cache: "never" })
  try(
    kubeconfig?: Secret,
    registry?: string,
    registryService?: Service,
    name?: string,
    values?: File,
    cluster?: Service,
  ): Promise<Service> {
    const request = { access: { kubeconfig, cluster }, registry, registryService, name, values }
    return this.view(async (session) => {
      const { orAssumed } = await import("../pipelines/assumed.ts")
      return (await import("../pipelines/try.ts")).tryTree(await orAssumed(session), request)
    })
  }

  /**
   * Deletes the namespace of a try with all that is in it; no other namespace.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64.
   * @param name Of the try. Default: the actor, or dev.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func({ cache: "never" })
  tryEnd(kubeconfig?: Secret, name?: string, cluster?: Service): Promise<string> {
    return this.end(async (session) => {
      const { orAssumed } = await import("../pipelines/assumed.ts")
      const { endTry } = await import("../pipelines/try.ts")
      return endTry(await orAssumed(session), { access: { kubeconfig, cluster }, name })
    })
  }

  // ---- environments: read ----

  /**
   * What a deployment of a release would do: steps, changes, warnings, and the hash that can be approved. Changes nothing.
   * @param environment Name of the environment.
   * @param release Version of the release.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param fromKubeconfig Kubeconfig of the environment that it promotes from. Default: the other kubeconfig.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param fromCluster API server of the environment that it promotes from, likewise.
   * @param override Rules to override, where the policy allows it: approvals, database-age, gate-missing, gate-verdict, promotion,
   * signed-verification, waiver-expired. Needs --reason; red in every report.
   * @param reason Reason for the override.
   * @param overrideUntil RFC 3339 date-time after which its verification allows no promotion. Default: as long as the policy allows.
   */
  @func({ cache: "never" })
  async plan(
    environment: string,
    release: string,
    kubeconfig?: Secret,
    fromKubeconfig?: Secret,
    cluster?: Service,
    fromCluster?: Service,
    override: string[] = [],
    reason?: string,
    overrideUntil?: string,
  ): Promise<PlanView> {
    const request = {
      environment,
      access: { kubeconfig, cluster },
      from: { kubeconfig: fromKubeconfig, cluster: fromCluster },
    }
    return this.view(async (session) => {
      const { plan, planText } = await import("../pipelines/environment.ts")
      const planned = await plan(session, release, {
        ...request,
        override: await overriding(session, override, reason, overrideUntil),
      })
      return new PlanView(planned.hash, planText(planned), planned.markdown)
    })
  }

  /**
   * What runs in an environment, since when, verified by what; its lock, holds and unfinished operation.
   * With `--repair` it changes the environment's state: ends with 0, 11 (registry unreachable), 14 (locked by another
   * operation) or 18 (the copy is incomplete).
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param repair First rebuild a lost or damaged ledger or journal from the stored evidence; an intact one is left alone.
   * @param reason Why no hold is needed for what operations without evidence may have held; needed to repair after 18.
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
   * Reports and evidence of the last operation on an environment, also of a failed one; or of the one with an id.
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
   * @param environment Also check this environment's cluster.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   */
  @func({ cache: "never" })
  doctor(environment?: string, kubeconfig?: Secret, cluster?: Service): Promise<string> {
    return this.end(async (session) =>
      (await import("../pipelines/doctor.ts")).doctor(session, environment, { kubeconfig, cluster }),
    )
  }

  // ---- environments: change ----

  /**
   * Deploys a release: roll-out, smoke test, load test.
   * When one of them fails, the environment is rolled back to the last verified release (15). For a protected environment
   * the call stops with 17 and the plan's hash until the plan is approved.
   * @param environment Name of the environment.
   * @param release Version of the release.
   * @param approve Hash of the approved plan.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param fromKubeconfig Kubeconfig of the environment that it promotes from. Default: the other kubeconfig.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param fromCluster API server of the environment that it promotes from, likewise.
   * @param signingKey Signs the verification: Ed25519 or ECDSA P-256, PKCS8 in PEM or the key file of cosign.
   * @param signingKeyPassword Password of the signing key.
   * @param approvedBy Logins of the approvers, as the CI server knows them, for an environment with approvals; a CI passes them.
   * @param override Rules to override, where the policy allows it: approvals, database-age, gate-missing, gate-verdict, promotion,
   * signed-verification, waiver-expired. Needs --reason; red in every report.
   * @param reason Reason for the override.
   * @param overrideUntil RFC 3339 date-time after which its verification allows no promotion. Default: as long as the policy allows.
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
    signingKey?: Secret,
    signingKeyPassword?: Secret,
    approvedBy: string[] = [],
    override: string[] = [],
    reason?: string,
    overrideUntil?: string,
  ): Promise<string> {
    const request = {
      environment,
      approve,
      approvedBy,
      access: { kubeconfig, cluster },
      from: { kubeconfig: fromKubeconfig, cluster: fromCluster },
    }
    return this.end(
      async (session) =>
        (await import("../pipelines/environment.ts")).deploy(session, release, {
          ...request,
          override: await overriding(session, override, reason, overrideUntil),
        }),
      signing(signingKey, signingKeyPassword),
    )
  }

  /**
   * Deploys to one environment the same digests that are verified in another.
   * @param release Version of the release.
   * @param from Environment in which the release has to be verified.
   * @param to Environment to deploy to.
   * @param kubeconfig Kubeconfig of --to: `env://NAME` or file://PATH, plain or base64.
   * @param fromKubeconfig Kubeconfig of --from. Default: the other kubeconfig.
   * @param approve Hash of the approved plan.
   * @param cluster API server of --to as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param fromCluster API server of --from, likewise.
   * @param signingKey Signs the verification: Ed25519 or ECDSA P-256, PKCS8 in PEM or the key file of cosign.
   * @param signingKeyPassword Password of the signing key.
   * @param approvedBy Logins of the approvers, as the CI server knows them, for an environment with approvals; a CI passes them.
   * @param override Rules to override, where the policy allows it: approvals, database-age, gate-missing, gate-verdict, promotion,
   * signed-verification, waiver-expired. Needs --reason; red in every report.
   * @param reason Reason for the override.
   * @param overrideUntil RFC 3339 date-time after which its verification allows no promotion. Default: as long as the policy allows.
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
    signingKey?: Secret,
    signingKeyPassword?: Secret,
    approvedBy: string[] = [],
    override: string[] = [],
    reason?: string,
    overrideUntil?: string,
  ): Promise<string> {
    const request = {
      environment: to,
      approve,
      approvedBy,
      access: { kubeconfig, cluster },
      from: { kubeconfig: fromKubeconfig, cluster: fromCluster },
    }
    return this.end(
      async (session) =>
        (await import("../pipelines/environment.ts")).promote(session, release, from, {
          ...request,
          override: await overriding(session, override, reason, overrideUntil),
        }),
      signing(signingKey, signingKeyPassword),
    )
  }

  /**
   * Rolls back to the last verified release and verifies it by its smoke test; the release that ran is held until `hold --lift`.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param revision Helm revision to go to; it must have been verified. Default: the last verified one.
   * @param reason Reason for the rollback; written into the ledger.
   * @param rehearse Only print what would be done.
   * @param signingKey Signs what it verifies, or that it failed: Ed25519 or ECDSA P-256, PKCS8 in PEM or the key file of cosign.
   * @param signingKeyPassword Password of the signing key.
   */
  @func({ cache: "never" })
  rollback(
    environment: string,
    kubeconfig?: Secret,
    revision?: number,
    reason?: string,
    rehearse: boolean = false,
    cluster?: Service,
    signingKey?: Secret,
    signingKeyPassword?: Secret,
  ): Promise<string> {
    return this.end(
      async (session) =>
        (await import("../pipelines/operate.ts")).rollback(
          session,
          environment,
          { kubeconfig, cluster },
          { revision, reason, rehearse },
        ),
      signing(signingKey, signingKeyPassword),
    )
  }

  /**
   * Holds a release: deploying it to the environment is refused (16) until the hold is lifted.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param reason Reason; required, written into the ledger.
   * @param release Version. Default: the running release; with --lift, the only held one, and 13 where there are more.
   * @param lift Lift the hold instead of setting one.
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
   * Removes the lock of a dead holder at once, without waiting for it to expire.
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
   * A failure (10) revokes the release's verification there until it is deployed and verified again.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param signingKey Signs a failure: Ed25519 or ECDSA P-256, PKCS8 in PEM or the key file of cosign.
   * @param signingKeyPassword Password of the signing key.
   */
  @func({ cache: "never" })
  smoke(
    environment: string,
    kubeconfig?: Secret,
    cluster?: Service,
    signingKey?: Secret,
    signingKeyPassword?: Secret,
  ): Promise<string> {
    const access = { kubeconfig, cluster }
    return this.end(
      async (session) =>
        (await import("../pipelines/operate.ts")).test(session, "smoke", environment, access),
      signing(signingKey, signingKeyPassword),
    )
  }

  /**
   * Runs a load profile against an environment and compares the result with the objectives.
   * A failure (10) revokes the verification of the running release, unless the test looks for the limit on purpose: profile
   * stress, or more users than the profile has.
   * @param environment Name of the environment.
   * @param kubeconfig `env://NAME` or file://PATH, plain or base64. Default where embedded: a cluster that ends with the call.
   * @param cluster API server as a service or `tcp://localhost:PORT`; replaces the address in the kubeconfig.
   * @param profile smoke, load, stress, spike, volume, endurance or safety.
   * @param scale Factor on all times of the profile and, below 1, on its users.
   * @param users Concurrent users. Default: the profile's.
   * @param seconds Length of the steady phase. Default: the profile's.
   * @param dryRun Only check the target and print what would be run.
   * @param signingKey Signs a failure: Ed25519 or ECDSA P-256, PKCS8 in PEM or the key file of cosign.
   * @param signingKeyPassword Password of the signing key.
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
    signingKey?: Secret,
    signingKeyPassword?: Secret,
  ): Promise<string> {
    const load = { profile, scale, users: users ?? null, durationSeconds: seconds ?? null, dryRun }
    const access = { kubeconfig, cluster }
    return this.end(
      async (session) =>
        (await import("../pipelines/operate.ts")).test(session, "load", environment, access, load),
      signing(signingKey, signingKeyPassword),
    )
  }

  private gate(name: GateName): Promise<string> {
    return this.end(async (session) => (await import("../pipelines/gate-end.ts")).runGate(session, name))
  }

  /** Runs a call: returns what it prints, or ends with its exit code. */
  private async end(body: (session: Session) => Promise<Outcome>, key?: SigningSecrets): Promise<string> {
    const { conclude, settle } = await import("./call/index.ts")
    const outcome = await settle(async () => {
      const session = await this.session(key)
      return session.runWithCleanup(() => body(session))
    })
    return conclude(outcome)
  }

  /** The same for a call that returns an object. */
  private async view<T>(body: (session: Session) => Promise<T>): Promise<T> {
    const { attempt } = await import("./call/index.ts")
    return attempt(async () => {
      const session = await this.session()
      return session.runWithCleanup(() => body(session))
    })
  }

  private async session(key?: SigningSecrets): Promise<Session> {
    const { Session, secretsByName } = await import("./call/index.ts")
    const { toolboxOfBase } = await import("../pipelines/base-toolbox.ts")
    const { source, toolboxFile, git, policyRef } = this
    const { toolboxOf } = await import("./toolbox/default-file.ts")
    const chosen = { toolbox: toolboxFile ?? toolboxOf(source), isNamed: toolboxFile !== undefined }
    return new Session({
      source,
      ...(await toolboxOfBase({ source, ...chosen, git, policyRef })),
      git,
      config: this.config,
      actor: this.actor,
      registryUser: this.registryUser,
      registryToken: this.registryToken,
      policyRef,
      approvePolicy: this.approvePolicy,
      sonarToken: this.sonarToken,
      sonarBranch: this.sonarBranch,
      sonarPullRequest: this.sonarPullRequest,
      signing: key,
      buildSecrets: secretsByName(this.secretNames, this.secretValues),
      access: new Map(
        this.accesses.map(({ environment, kubeconfig, cluster }) => [environment, { kubeconfig, cluster }]),
      ),
    })
  }
}

/** The signing key of a call, where it has one. */
function signing(key: Secret | undefined, password: Secret | undefined): SigningSecrets | undefined {
  return key === undefined ? undefined : { key, password }
}

/** What a call overrides. The domain loads when it is used. @throws USAGE */
async function overriding(
  { now }: Session,
  override: readonly string[],
  reason: string | undefined,
  overrideUntil: string | undefined,
): Promise<RequestedOverride | null> {
  const { requestedOverride } = await import("./domain/index.ts")
  return requestedOverride({ override, reason, overrideUntil }, now)
}
