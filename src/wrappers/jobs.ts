import type { EnvironmentConfig, RefRule, SignalboxConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import { type Call, call, variables, type Word } from "./command.ts"
import { canShare } from "./conditions.ts"
import {
  access,
  buildSecretArguments,
  registry,
  registryTokenFor,
  secretOf,
  signingArguments,
} from "./credentials.ts"
import type { Job, JobCalls, Refs } from "./job.ts"

/**
 * Whose policy counts, and of which repository: named in every call that is held against it, because Dagger fills in what a
 * call leaves out from a file .env of the tree.
 */
const policy: readonly Word[] = ["--git", ".", "--policy-ref", variables.policy]

const acting: readonly Word[] = ["--actor", variables.actor, ...registry]

/**
 * The jobs of a project in order, the same for every CI server.
 * @param module Address of the module, for a project without it in its root. Default: the module in the project's root.
 */
export function jobsOf(
  config: SignalboxConfig,
  environments: Readonly<Record<string, EnvironmentConfig>>,
  module?: string,
): readonly Job[] {
  const targets = groupByTarget(config.refs)
  const branches = targets.filter(({ refs }) => refs.kind === "branch")
  const tags = targets.filter(({ refs }) => refs.kind === "tag")
  const buildSecrets = buildSecretArguments(config)
  const jobs = [
    ...checks(config, buildSecrets),
    ...(branches.length === 0
      ? []
      : [
          publish(
            config,
            branches.flatMap(({ refs }) => refs.patterns),
            buildSecrets,
          ),
        ]),
    ...branches.flatMap(({ refs, environment }) =>
      deployBranch(refs, environmentNamed(environments, environment)),
    ),
    ...tags.flatMap(({ refs, environment }) =>
      releaseTag(refs, promotionChain(environments, environment), buildSecrets, config),
    ),
  ]
  const policyBranch = config.protectedBranches[0] ?? "main"
  const key = signingArguments(config)
  return jobs
    .map((job) => signed(job, key))
    .map((job) => ({ ...(module === undefined ? job : withModule(job, module)), policyBranch }))
}

/** Whatever a job of a ref publishes or proves is signed; a check of every change gets no key. */
function signed(job: JobCalls, key: readonly Word[]): JobCalls {
  return job.refs === undefined ? job : { ...job, act: call(...job.act.words, ...key) }
}

/** Calls the module by its address. `--source` and `--git` name the project: their defaults are the module's own repository. */
function withModule(job: JobCalls, module: string): JobCalls {
  const addressed = ({ words }: Call): Call => {
    const rest = words[0] === "--git" ? words.slice(2) : words
    return call("-m", module, "--source", ".", "--git", ".", ...rest)
  }
  return {
    ...job,
    act: addressed(job.act),
    ...(job.export === undefined ? {} : { export: addressed(job.export) }),
    ...(job.handOver === undefined ? {} : { handOver: addressed(job.handOver) }),
  }
}

interface Target {
  readonly refs: Refs
  readonly environment: string
}

/** Rules with the same kind and target are one job. The first rule that matches a ref wins, so later ones except it. */
function groupByTarget(rules: readonly RefRule[]): readonly Target[] {
  const groups = new Map<string, Target & { refs: { patterns: string[]; except: string[] } }>()
  const before = { branch: [] as string[], tag: [] as string[] }
  for (const { branch, tag, environment } of rules) {
    const kind = branch === undefined ? "tag" : "branch"
    const pattern = branch ?? tag ?? ""
    const key = `${kind} ${environment}`
    const group = groups.get(key) ?? { refs: { kind, patterns: [], except: [] }, environment }
    const foreign = before[kind].filter((one) => !group.refs.patterns.includes(one))
    group.refs.except.push(
      ...foreign.filter((one) => !group.refs.except.includes(one) && canShare(one, pattern)),
    )
    group.refs.patterns.push(pattern)
    before[kind].push(pattern)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** @throws UNKNOWN_ENVIRONMENT */
function environmentNamed(all: Readonly<Record<string, EnvironmentConfig>>, name: string): EnvironmentConfig {
  const found = Object.hasOwn(all, name) ? all[name] : undefined
  if (found !== undefined) return found
  const next = `create environments/${name}.yaml`
  throw new SignalboxError("UNKNOWN_ENVIRONMENT", { what: `the environment ${name} has no file`, next })
}

/** The environments that a release passes, in order, the named one last. Stops at an environment that would repeat. */
function promotionChain(
  all: Readonly<Record<string, EnvironmentConfig>>,
  name: string,
): readonly [...EnvironmentConfig[], EnvironmentConfig] {
  const chain: [...EnvironmentConfig[], EnvironmentConfig] = [environmentNamed(all, name)]
  const isListed = (other: string) => chain.some((environment) => environment.name === other)
  for (let from = chain[0]?.promotesFrom; from != null && !isListed(from); ) {
    const previous = environmentNamed(all, from)
    chain.unshift(previous)
    from = previous.promotesFrom
  }
  return chain
}

function gates(context: Word, ...words: readonly Word[]): readonly Word[] {
  return ["gates", "--context", context, ...words]
}

const gateReports = ["reports", "export", "--path", "out/gates"] as const

function checks(config: SignalboxConfig, buildSecrets: readonly Word[]): readonly JobCalls[] {
  const tokens = [...registryTokenFor(config), ...buildSecrets]
  const before = [...policy, ...tokens]
  return [
    {
      id: "gates",
      title: "Gates",
      stage: "Quality Gates",
      act: call(...before, ...gates(variables.context, "assert")),
      export: call(...before, ...gates(variables.context, ...gateReports)),
      exportFirst: true,
      out: "out/gates",
      retentionDays: 30,
      minutes: 60,
    },
    {
      id: "build",
      title: "Build",
      stage: "Build & Test",
      act: call(...tokens, "build", "--context", variables.context, "sizes"),
      export: call(
        ...tokens,
        "build",
        "--context",
        variables.context,
        "sbom",
        "export",
        "--path",
        "out/sbom",
      ),
      out: "out/sbom",
      retentionDays: 7,
      minutes: 60,
    },
  ]
}

function publish(
  config: SignalboxConfig,
  patterns: readonly string[],
  buildSecrets: readonly Word[],
): JobCalls {
  const before = [...policy, ...registryTokenFor(config), ...buildSecrets]
  return {
    id: "publish",
    title: "Publish",
    stage: "Docker Images",
    refs: { kind: "branch", patterns, except: [] },
    act: call(...policy, ...acting, ...buildSecrets, "publish", "--version", variables.version),
    // `publish` runs the gates in the context `release` on every branch, so the exported report does, too.
    export: call(...before, ...gates("release", ...gateReports)),
    out: "out/gates",
    retentionDays: 30,
    minutes: 60,
  }
}

/** Jobs that deploy a branch to its environment. @throws USAGE for a protected environment */
function deployBranch(refs: Refs, environment: EnvironmentConfig): readonly JobCalls[] {
  const { name, protected: isProtected } = environment
  if (isProtected) {
    throw new SignalboxError("USAGE", {
      what: `a branch is deployed to ${name}, which is protected`,
      where: "signalbox.yaml: refs",
      why: "a protected environment needs an approval, and a branch moves on before somebody gives it",
      next: "deploy to it from a tag",
    })
  }
  const id = `deploy-${name}`
  const act = call(
    ...policy,
    ...acting,
    "deploy",
    "--environment",
    name,
    "--release",
    variables.version,
    ...access(environment),
  )
  return [
    {
      id,
      title: `Deploy to ${name}`,
      stage: "Deployment",
      refs,
      needs: "publish",
      environment: name,
      act,
      ...operation(name),
      minutes: 60,
    },
    smokeTest(refs, name, id),
  ]
}

/**
 * Jobs that release a tag: to all environments but the last, then, after an approval, to the last. A route of one
 * environment, such as that of release candidates, is one job. @throws USAGE for a protected one
 */
function releaseTag(
  refs: Refs,
  chain: readonly [...EnvironmentConfig[], EnvironmentConfig],
  buildSecrets: readonly Word[],
  policyOf: Pick<SignalboxConfig, "approvers">,
): readonly JobCalls[] {
  const last = chain.at(-1) ?? chain[0]
  const previous = last.promotesFrom
  if (previous === null) return [releaseToOne(refs, last, buildSecrets)]
  const earlier = chain
    .slice(0, -2)
    .flatMap(({ name }) => ["with-access", "--environment", name, "--kubeconfig", secretOf(name)])
  const release: readonly Word[] = [
    ...buildSecrets,
    ...earlier,
    "release",
    "--tag",
    variables.tag,
    ...access(last),
  ]
  const planned = `out/${previous}/plan`
  const plan: readonly Word[] = [
    "plan",
    "--environment",
    last.name,
    "--release",
    variables.tag,
    ...access(last),
  ]
  const [firstJob, lastJob] = [`release-${previous}`, `release-${last.name}`]
  return [
    {
      id: firstJob,
      title: `Release to ${previous}, plan ${last.name}`,
      stage: "Deployment",
      refs,
      environment: previous,
      act: call(...policy, ...acting, ...release, "--until", previous),
      ...operation(previous),
      handOver: call(...policy, ...acting, ...plan, "files", "export", "--path", planned),
      minutes: 120,
    },
    {
      id: lastJob,
      title: `Release to ${last.name}`,
      stage: "Deployment",
      refs,
      needs: firstJob,
      environment: last.name,
      approval: true,
      ...approvalOf(last, policyOf),
      act: call(
        ...[...policy, ...acting, ...release, "--approve", variables.approve],
        ...(last.approvals === undefined ? [] : ["--approved-by", variables.approvers]),
      ),
      ...operation(last.name),
      minutes: 120,
    },
    smokeTest(refs, last.name, lastJob),
  ]
}

/** Who is asked: the environment's own list, or else, where their names count, the policy's. */
function approvalOf(
  { approvals, approvers }: EnvironmentConfig,
  policyOf: Pick<SignalboxConfig, "approvers">,
): Pick<JobCalls, "approvals" | "approvers"> {
  if (approvals === undefined) return approvers === undefined ? {} : { approvers }
  return { approvals, approvers: approvers ?? policyOf.approvers.map(({ name }) => name) }
}

/** The one job of a tag whose route has one environment. */
function releaseToOne(refs: Refs, only: EnvironmentConfig, buildSecrets: readonly Word[]): JobCalls {
  if (only.protected)
    throw new SignalboxError("USAGE", {
      what: `a tag is released to ${only.name}, which is protected and promotes from no environment`,
      where: `environments/${only.name}.yaml: promotesFrom`,
      next: "name the environment in which a release has to be verified first",
    })
  const release: readonly Word[] = [...buildSecrets, "release", "--tag", variables.tag, ...access(only)]
  return {
    id: `tag-${only.name}`,
    title: `Release a tag to ${only.name}`,
    stage: "Deployment",
    refs,
    environment: only.name,
    act: call(...policy, ...acting, ...release),
    ...operation(only.name),
    minutes: 120,
  }
}

/** A smoke test after the deployment, with the credential for plans and tests. */
function smokeTest(refs: Refs, name: string, needs: string): JobCalls {
  return {
    id: `smoke-${name}`,
    title: `Smoke tests of ${name}`,
    stage: "Post-Deploy Testing",
    refs,
    needs,
    act: call(...acting, "smoke", "--environment", name, "--kubeconfig", secretOf(name)),
    ...operation(name),
    minutes: 15,
  }
}

/** Exports the reports of the environment's last operation, also of a failed one. */
function operation(name: string): Pick<JobCalls, "export" | "out" | "retentionDays"> {
  const out = `out/${name}`
  const words = [
    "operation",
    "--environment",
    name,
    "--kubeconfig",
    secretOf(name),
    "reports",
    "export",
    "--path",
    out,
  ]
  return { export: call(...registry, ...words), out, retentionDays: 30 }
}
