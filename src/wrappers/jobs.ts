import type { EnvironmentConfig, RefRule, SignalboxConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import { type Call, call, variables, type Word } from "./command.ts"
import { access, registry, secretOf, secretsFor, signedIn } from "./credentials.ts"

/** The stages of the Jenkins pipeline; every job belongs to one. */
export const stages = [
  "Quality Gates",
  "Build & Test",
  "Docker Images",
  "Deployment",
  "Post-Deploy Testing",
] as const
export type Stage = (typeof stages)[number]

/** Patterns of refs that a job runs for; all of one kind. */
export interface Refs {
  readonly kind: "branch" | "tag"
  readonly patterns: readonly string[]
}

/** What a CI server does in one job: a checkout, one acting call, one export call that always runs. */
export interface Job {
  readonly id: string
  readonly title: string
  readonly stage: Stage
  /** Absent: for every change, also a proposed one. */
  readonly refs?: Refs
  /** Id of the job that must have succeeded. */
  readonly needs?: string
  /** The environment that it changes: one such job at a time, and the CI server's own rules for that environment. */
  readonly environment?: string
  /** Runs only after a person has approved the plan whose hash the job before hands over. */
  readonly approval?: boolean
  /** Reads the hash for the job that needs an approval. */
  readonly handOver?: Call
  readonly act: Call
  readonly export?: Call
  /** The export comes first: it decides nothing, and the acting call then finds everything judged. */
  readonly exportFirst?: boolean
  /** Directory that the export call writes. */
  readonly out?: string
  readonly retentionDays: number
  readonly minutes: number
}

const acting: readonly Word[] = ["--actor", variables.actor, ...registry]

/**
 * The jobs of a project in their order: what every CI server runs, whatever its file looks like.
 * @param module Address of the module for a project that is not its home. Default: the module in the project's root.
 */
export function jobsOf(
  config: SignalboxConfig,
  environments: Readonly<Record<string, EnvironmentConfig>>,
  module?: string,
): readonly Job[] {
  const targets = groupByTarget(config.refs)
  const branches = targets.filter(({ refs }) => refs.kind === "branch")
  const tags = targets.filter(({ refs }) => refs.kind === "tag")
  const building = secretsFor(config)
  const jobs = [
    ...checks(config, building),
    ...(branches.length === 0
      ? []
      : [
          publish(
            config,
            branches.flatMap(({ refs }) => refs.patterns),
            building,
          ),
        ]),
    ...branches.flatMap(({ refs, environment }) => delivery(refs, described(environments, environment))),
    ...tags.flatMap(({ refs, environment }) => release(refs, wayTo(environments, environment), building)),
  ]
  return module === undefined ? jobs : jobs.map((job) => ofModule(job, module))
}

/** Another project's context directories are not the module's: they have to be named. */
function ofModule(job: Job, module: string): Job {
  const named = (one: Call): Call => call("-m", module, "--source", ".", "--git", ".", ...one.words)
  return {
    ...job,
    act: named(job.act),
    ...(job.export === undefined ? {} : { export: named(job.export) }),
    ...(job.handOver === undefined ? {} : { handOver: named(job.handOver) }),
  }
}

interface Target {
  readonly refs: Refs
  readonly environment: string
}

/** Rules with the same kind and target are one job. */
function groupByTarget(rules: readonly RefRule[]): readonly Target[] {
  const groups = new Map<string, { refs: { kind: Refs["kind"]; patterns: string[] }; environment: string }>()
  for (const { branch, tag, environment } of rules) {
    const kind = branch === undefined ? "tag" : "branch"
    const key = `${kind} ${environment}`
    const group = groups.get(key) ?? { refs: { kind, patterns: [] }, environment }
    group.refs.patterns.push(branch ?? tag ?? "")
    groups.set(key, group)
  }
  return [...groups.values()]
}

function described(all: Readonly<Record<string, EnvironmentConfig>>, name: string): EnvironmentConfig {
  const found = Object.hasOwn(all, name) ? all[name] : undefined
  if (found !== undefined) return found
  const next = `create environments/${name}.yaml`
  throw new SignalboxError("UNKNOWN_ENVIRONMENT", { what: `the environment ${name} is not described`, next })
}

/** An environment, and before it those that a release comes through. A circle ends where it begins again. */
function wayTo(
  all: Readonly<Record<string, EnvironmentConfig>>,
  name: string,
): readonly [...EnvironmentConfig[], EnvironmentConfig] {
  const way: [...EnvironmentConfig[], EnvironmentConfig] = [described(all, name)]
  for (let from = way[0]?.promotesFrom; from != null && !way.some((one) => one.name === from); ) {
    const before = described(all, from)
    way.unshift(before)
    from = before.promotesFrom
  }
  return way
}

function gates(context: Word, ...words: readonly Word[]): readonly Word[] {
  return ["gates", "--context", context, ...words]
}

const gateReports = ["reports", "export", "--path", "out/gates"] as const

function checks(config: SignalboxConfig, building: readonly Word[]): readonly Job[] {
  const before = [...signedIn(config), ...building]
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
      act: call(...before, "build", "sizes"),
      export: call(...before, "build", "sbom", "export", "--path", "out/sbom"),
      out: "out/sbom",
      retentionDays: 7,
      minutes: 60,
    },
  ]
}

function publish(config: SignalboxConfig, patterns: readonly string[], building: readonly Word[]): Job {
  const before = [...signedIn(config), ...building]
  return {
    id: "publish",
    title: "Publish",
    stage: "Docker Images",
    refs: { kind: "branch", patterns },
    act: call(...acting, ...building, "publish", "--version", variables.version),
    // What is published is judged as a release, whatever branch it is on.
    export: call(...before, ...gates("release", ...gateReports)),
    out: "out/gates",
    retentionDays: 30,
    minutes: 60,
  }
}

/** A branch goes straight to its environment. */
function delivery(refs: Refs, environment: EnvironmentConfig): readonly Job[] {
  const { name, protected: isProtected } = environment
  if (isProtected) {
    throw new SignalboxError("USAGE", {
      what: `a branch goes to ${name}, which is protected`,
      where: "signalbox.yaml: refs",
      why: "what goes there needs an approval, and a branch moves on while a person thinks",
      next: "let a tag go there",
    })
  }
  const id = `deploy-${name}`
  const act = call(
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
    afterDeployment(refs, name, id),
  ]
}

/** A tag goes through all environments before the last one, and, approved, to the last one. */
function release(
  refs: Refs,
  way: readonly [...EnvironmentConfig[], EnvironmentConfig],
  building: readonly Word[],
): readonly Job[] {
  const last = way.at(-1) ?? way[0]
  const first = last.promotesFrom
  if (first === null) {
    throw new SignalboxError("USAGE", {
      what: `a tag goes to ${last.name}, which takes its releases from nowhere`,
      where: `environments/${last.name}.yaml: promotesFrom`,
      next: "name the environment in which a release has to be verified before",
    })
  }
  const earlier = way
    .slice(0, -2)
    .flatMap(({ name }) => ["with-access", "--environment", name, "--kubeconfig", secretOf(name)])
  const train: readonly Word[] = [...building, ...earlier, "release", "--tag", variables.tag, ...access(last)]
  const plan: readonly Word[] = [
    "plan",
    "--environment",
    last.name,
    "--release",
    variables.tag,
    ...access(last),
  ]
  const [before, after] = [`release-${first}`, `release-${last.name}`]
  return [
    {
      id: before,
      title: `Release to ${first}, plan ${last.name}`,
      stage: "Deployment",
      refs,
      environment: first,
      act: call(...acting, ...train, "--until", first),
      ...operation(first),
      handOver: call(...acting, ...plan, "hash"),
      minutes: 120,
    },
    {
      id: after,
      title: `Release to ${last.name}`,
      stage: "Deployment",
      refs,
      needs: before,
      environment: last.name,
      approval: true,
      act: call(...acting, ...train, "--approve", variables.approve),
      ...operation(last.name),
      minutes: 120,
    },
    afterDeployment(refs, last.name, after),
  ]
}

/** One more look from outside, by the credential for plans and tests. */
function afterDeployment(refs: Refs, name: string, needs: string): Job {
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

/** Exports what the last operation of an environment did, also a failed one. */
function operation(name: string): Pick<Job, "export" | "out" | "retentionDays"> {
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
