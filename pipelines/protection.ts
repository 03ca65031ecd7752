import type { EnvironmentConfig, SignalboxConfig } from "../src/config/index.ts"
import { callWith, isPolicyOfBase, SignalboxError } from "../src/domain/index.ts"
import type { PolicyInForce } from "./policy.ts"
import { assertApprovable } from "./satisfiable.ts"
import { git } from "./source.ts"

/** Whose policy an environment follows; the environment keeps it from its first deployment on. */
export interface PolicyAnchor {
  /** Identity of the repository: its oldest root commit, which is the same in every clone. */
  readonly repository: string
  /** Protected branch that the policy is read from. */
  readonly branch: string
}

/**
 * Refuses a call that is about to change a protected environment and rests on anything but the policy of a protected
 * branch, or on tools that are not named by digest: with them runs whatever their tag means by now, beside the kubeconfig.
 * @throws USAGE without a base revision; POLICY_REFUSED for another revision, or a tool without a digest; CONFIG_INVALID
 * for more approvals than the policy has approvers
 */
export async function assertMayChange(policy: PolicyInForce, environment: EnvironmentConfig): Promise<void> {
  if (!environment.protected) return
  const { identity, session } = policy
  if (identity.source === "own")
    throw new SignalboxError("USAGE", {
      what: `${environment.name} is protected, and the policy that protects it is not known`,
      where: "--policy-ref",
      why: identity.why ?? "no base revision is known",
      next: `name the protected branch as it was fetched: ${callWith("--git . --policy-ref refs/remotes/REMOTE/BRANCH")}`,
    })
  if (!isPolicyOfBase(identity) || identity.branch === undefined)
    throw new SignalboxError("POLICY_REFUSED", {
      what: `${environment.name} follows the policy of a protected branch only`,
      where: identity.ref ?? identity.commit ?? "--policy-ref",
      why:
        identity.source === "first"
          ? "the base revision has no signalbox.yaml yet"
          : `protected branches are ${(await session.config()).protectedBranches.join(", ")}, of a remote`,
      next: `merge the change first, then ${callWith("--policy-ref refs/remotes/REMOTE/BRANCH")}`,
    })
  await assertApprovable(environment, await session.config(), identity)
  const { unresolvedImages } = await import("../src/toolbox/index.ts")
  const loose = unresolvedImages(await session.toolbox())
  const { gates } = await session.config()
  const ownLoose = Object.entries(gates.custom ?? {}).filter(([, { digest }]) => digest === undefined)
  if (ownLoose.length > 0)
    throw new SignalboxError("POLICY_REFUSED", {
      what: `${environment.name} is protected, and gates of the project's own are not named by digest`,
      where: "signalbox.yaml: gates.custom",
      why: ownLoose.map(([name, { image }]) => `${name}: ${image}`).join(", "),
      next: "add the digest of each image: digest: sha256:…",
    })
  if (loose.length > 0)
    throw new SignalboxError("POLICY_REFUSED", {
      what: `${environment.name} is protected, and tools are not named by digest`,
      where: "the toolbox file",
      why: loose.join(", "),
      next: "add the digest of each image to the toolbox file",
    })
}

/** Null for an environment that is not protected. */
export async function policyAnchor(
  { identity, session, base }: PolicyInForce,
  environment: EnvironmentConfig,
): Promise<PolicyAnchor | null> {
  if (!environment.protected || base === undefined || identity.branch === undefined) return null
  const roots = await git(session, ["rev-list", "--max-parents=0", base.commit])
  const repository = [...roots].sort().at(0)
  if (repository === undefined)
    throw new SignalboxError("INTERNAL", { what: "the repository has no root commit" })
  return { repository, branch: identity.branch }
}

/**
 * Refuses to publish a commit that names another project or registry than the base: images, record and the registry's token
 * would go where a branch, or a protected commit from before a move, sends them.
 * @param own configuration of the commit
 * @throws POLICY_REFUSED
 */
export async function assertPlaceOfBase(
  { basePlace, session }: Pick<PolicyInForce, "basePlace" | "session">,
  commit: string,
  own: Pick<SignalboxConfig, "project" | "registry">,
): Promise<void> {
  if (basePlace === undefined) return
  // A registry in the toolbox wins over that of signalbox.yaml.
  const hasOwnRegistry = (await session.toolbox()).registry === undefined
  const names = ["project", ...(hasOwnRegistry ? ["registry" as const] : [])] as const
  const other = names.find((name) => own[name] !== basePlace[name])
  if (other === undefined) return
  throw new SignalboxError("POLICY_REFUSED", {
    what: `the commit names another ${other} than the base revision`,
    where: `${commit}: signalbox.yaml: ${other}`,
    why: `it has ${JSON.stringify(own[other])}, the base has ${JSON.stringify(basePlace[other])}`,
    next: `merge the change of ${other} first, and publish a commit that has it`,
  })
}
