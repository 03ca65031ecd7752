import type { Cost, Step } from "./steps/index.ts"

/**
 * A Go build keeps half of two cores busy most of the time, and for moments, while it unpacks or links, less: two at once
 * leave room for a light step beside them.
 */
const build = (memory: number, seconds: number): Cost => ({ memory, cores: 0.75, seconds })
/** Unpacking and compressing: one thread, and the disk. */
const files = (seconds: number): Cost => ({ memory: 0.5, cores: 0.5, seconds })

/**
 * What the costly steps took on two cores that they had for themselves: memory by the sum of all that ran for the step.
 * It stands here and not beside the steps, whose files are part of their keys: another figure is no reason to build anew.
 */
const costs: Readonly<Record<string, Cost>> = {
  "tool-trivy": build(4.5, 329),
  "engine-binaries": build(4, 289),
  "kube-binaries": build(5, 284),
  "tool-helm": build(2, 111),
  "coredns-binary": build(2, 104),
  "tool-k6": build(2, 60),
  "local-path-binary": build(2, 60),
  "containerd-binaries": build(2, 60),
  "etcd-binaries": build(2, 40),
  "tool-gitleaks": build(1.5, 40),
  "rootfs-base": files(55),
  "rootfs-donor": files(55),
  "rootfs-cluster": files(55),
  "image-kubernetes": files(25),
  "cluster-rootfs": files(15),
  "npm-packages": files(14),
}

/** Ids of the steps whose cost was measured. */
export const measured: readonly string[] = Object.keys(costs)

export const withCost = (step: Step): Step => {
  const cost = costs[step.id]
  return cost ? { ...step, cost } : step
}
