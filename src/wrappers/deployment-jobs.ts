import type { EnvironmentConfig, SignalboxConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import { call, variables, type Word } from "./command.ts"
import { access, registry, secretOf } from "./credentials.ts"
import type { JobCalls, Refs } from "./job.ts"

/**
 * Whose policy counts, and of which repository: named in every call that is held against it, because Dagger fills in what a
 * call leaves out from a file .env of the tree.
 */
export const policy: readonly Word[] = ["--git", ".", "--policy-ref", variables.policy]

/** Who acts, and where evidence is stored. */
export const acting: readonly Word[] = ["--actor", variables.actor, ...registry]

/** Jobs that deploy a branch to its environment. @throws USAGE for a protected environment */
export function deployBranch(refs: Refs, environment: EnvironmentConfig): readonly JobCalls[] {
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
export function releaseTag(
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
