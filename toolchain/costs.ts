import type { Cost, Step } from "./steps/index.ts"

/**
 * What the costly steps took on two cores that they had for themselves: memory by the sum of all that ran for the step.
 * It stands here and not beside the steps, whose files are part of their keys: another figure is no reason to build anew.
 */
const costs: Readonly<Record<string, Cost>> = {
  "tool-trivy": { memory: 4, cores: 1, seconds: 329 },
  "engine-binaries": { memory: 2, cores: 1, seconds: 289 },
  "kube-binaries": { memory: 2.5, cores: 1, seconds: 284 },
  "tool-helm": { memory: 2, cores: 1, seconds: 111 },
  "coredns-binary": { memory: 2, cores: 1, seconds: 104 },
  "tool-k6": { memory: 1.5, cores: 1, seconds: 60 },
  "local-path-binary": { memory: 1.5, cores: 1, seconds: 60 },
  "containerd-binaries": { memory: 1.5, cores: 1, seconds: 60 },
  "etcd-binaries": { memory: 1.5, cores: 1, seconds: 40 },
  "tool-gitleaks": { memory: 1.5, cores: 1, seconds: 40 },
}

export const withCost = (step: Step): Step => {
  const cost = costs[step.id]
  return cost ? { ...step, cost } : step
}
