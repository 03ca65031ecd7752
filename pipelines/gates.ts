import type { Directory } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import type { AnyGateName, SignalboxConfig } from "../src/config/index.ts"
import type {
  AffectedScope,
  Digest,
  EarlierRelease,
  GateContextName,
  GateReportData,
  GateResult,
  Waiver,
} from "../src/domain/index.ts"
import { ExitCode, exitCodeOf, gateContexts, SignalboxError } from "../src/domain/index.ts"
import type { GateProgress, World } from "../src/gates/index.ts"
import type { Trust } from "../src/toolbox/index.ts"
import { type Baseline, baselineSince } from "./baseline.ts"
import { buildRequest } from "./build.ts"
import { chartDirectory } from "./bundle.ts"
import { bytesOf } from "./bytes.ts"
import { database } from "./databases.ts"
import { type PolicyInForce, policyInForce } from "./policy.ts"
import { kubernetesSchemas } from "./schemas.ts"
import { worldOf } from "./world.ts"

/** The gates' results, the rendered reports and the tools' own output. */
export interface GateRun {
  readonly data: GateReportData
  /** report.json, report.md, report.html, report.sarif, junit.xml, and GATE/… as the tools wrote it. */
  readonly reports: Directory
  /** Hash of the tree's own policy, where the tree passes by it and not by that of its base: the verdict is no pass then. */
  readonly approvable?: Digest
}

/** Which gates judge, in which context, and how far the code is trusted. */
export interface JudgeRequest {
  /** Decides which gates are required. */
  readonly context: GateContextName
  /** Whose code it is: decides which caches it may fill. Default: the context. */
  readonly trust?: Trust | undefined
  /** The only gates to run. Each of them blocks, because the caller asked for it. Default: all. */
  readonly only?: readonly AnyGateName[] | undefined
  /** Whether gates whose findings only warn by the policy do so although they are asked for by name. Default: false. */
  readonly mayWarn?: boolean
  /** Gates to leave out. A report of fewer gates than apply is partial and never evidence. */
  readonly skip?: readonly AnyGateName[] | undefined
  /** What the other gates have found in this very tree, for the security score. Default: a part has none. */
  readonly beside?: readonly GateResult[] | undefined
  /** Start no further gate once one blocks. A report without them is partial and never evidence. Default: false. */
  readonly failFast?: boolean
  /** The part of the project to judge. Its report is partial and never evidence. Default: all of it. */
  readonly affected?: AffectedScope | undefined
  /** The branch, tag or commit whose findings do not count. Its report is partial and never evidence. Default: all count. */
  readonly since?: string | undefined
  /** Files of an earlier release, as `record` gives them: the reports show what has changed since. Default: they show nothing of it. */
  readonly previous?: Directory | undefined
}

/**
 * Judges a source tree by every gate that applies to it, held against the policy of its base revision. Those gates that
 * the policy requires in the context block; what the others find is a warning, and so is a change of the policy.
 * Where only the tree's own policy would let it pass, the run says so: somebody else has to approve that policy.
 * @throws CONFIG_INVALID, SHALLOW_CLONE, USAGE for a wrong call, or for a gate that signalbox.yaml requires by name and
 * that has nothing to judge; what goes wrong inside a gate is that gate's verdict.
 */
export async function judge(session: Session, request: JudgeRequest): Promise<GateRun> {
  const policy = await policyInForce(session)
  await assertDefined(policy.session, [...(request.only ?? []), ...(request.skip ?? [])])
  const { since } = request
  const earlier = await earlierOf(session, request.previous)
  const base = since === undefined ? undefined : await baselineOf(session, since, request)
  const { progressText } = await import("../src/report/index.ts")
  // What a module writes to stderr stands in the log of its call, as it comes.
  const told = ({ result, seconds, done, of }: GateProgress) => {
    process.stderr.write(`${progressText(result, seconds, done, of)}\n`)
  }
  const named = policy.named(request.context)
  const world = worldOf(policy.session, policy.session)
  const held = { waivers: policy.waivers, named, base, world, told }
  const { data, raw } = await judgeBy(policy.session, held, request)
  const { withPolicy } = await import("../src/gates/index.ts")
  const assumed = session.inputs.assumed?.told
  const judged = {
    ...withPolicy(data, policy.identity, policy.changes),
    ...(assumed === undefined ? {} : { assumed }),
    ...(base === undefined ? {} : { baseline: base.identity, partial: true }),
    ...(earlier === undefined ? {} : { earlier }),
  }
  const passes = exitCodeOf(judged.verdict) === ExitCode.pass
  const needsApproval =
    policy.identity.source === "base" && policy.changes.length > 0 && !passes
      ? await passesByOwn(policy, request, base)
      : false
  const { directory } = await import("../src/report/index.ts")
  let reports = raw
  for (const [name, text] of Object.entries(directory(judged, await shownFiles(session, judged))))
    reports = reports.withNewFile(name, text)
  return { data: judged, reports, ...(needsApproval ? { approvable: policy.ownHash } : {}) }
}

/** @throws USAGE for files of another project, or that are no release */
async function earlierOf(
  session: Session,
  files: Directory | undefined,
): Promise<EarlierRelease | undefined> {
  if (files === undefined) return undefined
  const { earlierRelease } = await import("../src/evidence/index.ts")
  const wrong = (why: string) =>
    new SignalboxError("USAGE", {
      what: "the files of the earlier release are none of this project",
      where: "--previous",
      why,
      next: "give what `record --release VERSION export --path DIR` has written",
    })
  const content = await bytesOf(files)
  const [{ project: own }, { project, ...earlier }] = await Promise.all([
    session.config(),
    Promise.resolve()
      .then(() => earlierRelease(content))
      .catch((thrown: unknown) => {
        throw wrong(thrown instanceof Error ? thrown.message : String(thrown))
      }),
  ])
  if (project !== own) throw wrong(`their record is of the project ${project}, this one is ${own}`)
  return earlier
}

/** The files whose lines a page shows beside findings. One that is no file of the source, or a large one, is shown without. */
async function shownFiles(session: Session, data: GateReportData): Promise<ReadonlyMap<string, string>> {
  const { filesToShow, largestFile } = await import("../src/report/index.ts")
  const source = await session.source()
  const texts = await Promise.all(
    filesToShow(data).map(async (path) => {
      if (!(await source.exists(path))) return []
      const file = source.file(path)
      return (await file.size()) > largestFile ? [] : [[path, await file.contents()] as const]
    }),
  )
  return new Map(texts.flat())
}

/**
 * Whether the tree would pass by its own policy. Its tools have run: only what they are held against is different. What the change
 * adds to run, or how long it lets anything run, counts once it is merged: else a pull request that fails would have CI start
 * any image.
 */
async function passesByOwn(
  { session, ownSession, ownWaivers }: PolicyInForce,
  request: JudgeRequest,
  base: Baseline | undefined,
): Promise<boolean> {
  const world = worldOf(ownSession, session)
  const { custom, timeouts } = (await session.config()).gates
  const held = { waivers: ownWaivers, named: [], base, world, runs: { custom, timeouts } }
  const { data } = await judgeBy(ownSession, held, request)
  return exitCodeOf(data.verdict) === ExitCode.pass
}

/**
 * What the same gates find in the tree of a base revision, held against the same base policy: all of it, so that nothing is
 * waived, and none is required, so that one that cannot judge stops no other.
 */
function baselineOf(session: Session, since: string, request: JudgeRequest): Promise<Baseline> {
  const { context, trust = context, only, skip = [], affected } = request
  const chosen = { context, trust, skip, affected, ...(only === undefined ? {} : { only }) }
  return baselineSince(session, since, async (at) => {
    const { session: held } = await policyInForce(at)
    const nothing = { waivers: [], named: [], required: [] }
    return (await judgeBy(held, nothing, chosen)).data
  })
}

/** What a tree is held against. */
interface Held {
  readonly waivers: readonly Waiver[]
  readonly named: readonly AnyGateName[]
  /** Default: what was chosen, or the configuration says. */
  readonly required?: readonly AnyGateName[]
  readonly base?: Baseline | undefined
  /** What of the project's own is run, and for how long. Default: what the configuration says. */
  readonly runs?: Pick<SignalboxConfig["gates"], "custom" | "timeouts">
  /** What is outside of the call. Absent for a base revision: no server is told of a tree that is only compared with. */
  readonly world?: World | undefined
  /** Is told of each gate that is done. Default: nobody. */
  readonly told?: (progress: GateProgress) => void
}

async function judgeBy(
  session: Session,
  { waivers, named, required, base, runs, world, told = () => {} }: Held,
  {
    context,
    trust = context,
    only,
    mayWarn = only === undefined,
    skip = [],
    affected,
    beside,
    failFast = false,
  }: JudgeRequest,
) {
  const { gateNames, runGates } = await import("../src/gates/index.ts")
  const { buildImage } = await import("../src/build/index.ts")
  const { customGateName, requiredIn, warningGates } = await import("../src/config/index.ts")
  const [inputs, chart] = await Promise.all([buildRequest(session, trust), chartDirectory(session)])
  const gates = { ...inputs.config.gates, ...runs }
  const config = { ...inputs.config, gates }
  const all = [...gateNames, ...Object.keys(gates.custom ?? {}).map(customGateName)]
  const weekly = only === undefined ? notYet(gates.weekly, requiredIn(gates, context)) : []
  return runGates({
    context: {
      ...{ ...inputs, config, world },
      git: session.inputs.git,
      revision: session.inputs.revision,
      image: (name) => buildImage(inputs, name),
      chart: () => chart,
      environment: (name) => session.environment(name),
      policyFile: (path) => session.policyFile(path),
      database: (name) => database(session, trust, name),
      schemas: () => kubernetesSchemas(session),
    },
    contextName: context,
    waivers,
    date: session.now.toISOString().slice(0, 10),
    required: required ?? only ?? requiredIn(gates, context),
    warning: mayWarn ? warningGates(gates) : [],
    named,
    affected,
    base: base?.of,
    beside,
    failFast,
    told,
    weekly,
    chosen: (only ?? all).filter((name) => !skip.includes(name)),
  })
}

/** Gates of the weekly scan that judge in no other call: where one is required, no release waits for the week to end. */
const notYet = (weekly: readonly AnyGateName[] = [], required: readonly string[]): readonly AnyGateName[] =>
  weekly.filter((name) => !required.includes(name))

/** One of the project's own counts as the policy in force defines it. @throws USAGE for one that it does not */
async function assertDefined(session: Session, named: readonly AnyGateName[]): Promise<void> {
  const { customGateName, isCustomGateName } = await import("../src/config/index.ts")
  const { gates } = await session.config()
  const known = Object.keys(gates.custom ?? {}).map(customGateName)
  const unknown = named.find((name) => isCustomGateName(name) && !known.includes(name))
  if (unknown === undefined) return
  throw new SignalboxError("USAGE", {
    what: `there is no gate ${JSON.stringify(unknown)}`,
    where: "signalbox.yaml: gates.custom",
    why: "the policy in force, which is that of the base revision, does not define it",
    next: "leave it out; a gate that a change adds judges once the change is merged",
  })
}

/** The gates that `--only` and `--skip` name. @throws USAGE for an unknown name, or when no gate is left. */
export async function chooseGates(
  only: readonly string[],
  skip: readonly string[],
): Promise<{ readonly only?: readonly AnyGateName[]; readonly skip: readonly AnyGateName[] }> {
  const { gateNames } = await import("../src/gates/index.ts")
  const [wanted, unwanted] = [await parseGateNames(only), await parseGateNames(skip)]
  const left = [...gateNames, ...wanted].filter(
    (name) => (only.length === 0 || wanted.includes(name)) && !unwanted.includes(name),
  )
  if (left.length === 0)
    throw new SignalboxError("USAGE", {
      what: "--only and --skip leave no gate to run",
      next: "name fewer with --skip",
    })
  return { ...(only.length === 0 ? {} : { only: wanted }), skip: unwanted }
}

/** @throws USAGE */
async function parseGateNames(texts: readonly string[]): Promise<readonly AnyGateName[]> {
  const { gateNames, isGateName } = await import("../src/gates/index.ts")
  const { isCustomGateName } = await import("../src/config/index.ts")
  const { nearest } = await import("../src/domain/index.ts")
  return texts.map((text) => {
    if (isGateName(text) || isCustomGateName(text)) return text
    const suggestion = nearest(text, gateNames)
    throw new SignalboxError("USAGE", {
      what: `there is no gate ${JSON.stringify(text)}`,
      why: `gates are ${gateNames.join(", ")}`,
      next: suggestion === undefined ? "name one of them" : `did you mean ${JSON.stringify(suggestion)}?`,
    })
  })
}

/** @throws USAGE */
export function contextNamed(context: string): GateContextName {
  const found = gateContexts.find((name) => name === context)
  if (found !== undefined) return found
  throw new SignalboxError("USAGE", {
    what: `there is no context ${JSON.stringify(context)}`,
    next: "name fork, branch or release",
  })
}
