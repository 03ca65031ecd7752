import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import { type Call, call, variables, type Word } from "./command.ts"
import { buildSecretArguments, registryTokenFor, serverTokenFor, signingArguments } from "./credentials.ts"
import { acting, deployBranch, policy, releaseTag } from "./deployment-jobs.ts"
import type { Job, JobCalls } from "./job.ts"
import { environmentNamed, groupByTarget, promotionChain } from "./routes.ts"

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
      releaseTag(
        refs,
        promotionChain(environments, environment),
        [...serverTokenFor(config), ...buildSecrets],
        config,
      ),
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

function gates(context: Word, ...words: readonly Word[]): readonly Word[] {
  return ["gates", "--context", context, ...words]
}

const gateReports = ["reports", "export", "--path", "out/gates"] as const

function checks(config: SignalboxConfig, buildSecrets: readonly Word[]): readonly JobCalls[] {
  const tokens = [...registryTokenFor(config), ...buildSecrets]
  const before = [...policy, ...serverTokenFor(config), ...tokens]
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
        "output",
        "export",
        "--path",
        "out/build",
      ),
      out: "out/build",
      retentionDays: 7,
      minutes: 60,
    },
    {
      // What nobody has changed becomes vulnerable, too: the databases of today, under the rules that a release has to meet.
      id: "security",
      title: "Security",
      stage: "Quality Gates",
      nightly: true,
      act: call(...before, ...gates("release", "assert")),
      export: call(...before, ...gates("release", ...gateReports)),
      exportFirst: true,
      out: "out/gates",
      retentionDays: 30,
      minutes: 60,
    },
    ...weeklyScan(config, before),
  ]
}

/** What takes too long for every change. Each gate is named, so that what it finds fails the scan. */
function weeklyScan(
  { gates: { weekly = [] } }: SignalboxConfig,
  before: readonly Word[],
): readonly JobCalls[] {
  if (weekly.length === 0) return []
  const scan = gates("release", ...weekly.flatMap((name) => ["--only", name]))
  return [
    {
      id: "deep-scan",
      title: "Deep scan",
      stage: "Quality Gates",
      weekly: true,
      act: call(...before, ...scan, "assert", "--partial"),
      export: call(...before, ...scan, ...gateReports),
      exportFirst: true,
      out: "out/gates",
      retentionDays: 30,
      minutes: 180,
    },
  ]
}

function publish(
  config: SignalboxConfig,
  patterns: readonly string[],
  buildSecrets: readonly Word[],
): JobCalls {
  const servers = [...policy, ...serverTokenFor(config)]
  const before = [...servers, ...registryTokenFor(config), ...buildSecrets]
  return {
    id: "publish",
    title: "Publish",
    stage: "Docker Images",
    refs: { kind: "branch", patterns, except: [] },
    act: call(...servers, ...acting, ...buildSecrets, "publish", "--version", variables.version),
    // `publish` runs the gates in the context `release` on every branch, so the exported report does, too.
    export: call(...before, ...gates("release", ...gateReports)),
    out: "out/gates",
    retentionDays: 30,
    minutes: 60,
  }
}
