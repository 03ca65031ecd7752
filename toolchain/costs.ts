import type { Cost, Step } from "./steps/index.ts"

/**
 * A Go build keeps half of two cores busy most of the time, and for moments, while it unpacks or links, less: two at once
 * leave room for a light step beside them.
 */
const build = (memory: number, seconds: number): Cost => ({ memory, cores: 0.75, seconds })
/** Unpacking and compressing: one thread, and the disk. */
const files = (seconds: number): Cost => ({ memory: 0.5, cores: 0.5, seconds })

/**
 * What the costly steps take. Memory: the most that a step's compilers and linkers had together with Go's own settings
 * (Trivy 3.3 GiB, Kubernetes 2.0, the engine 1.9, k6 1.2, Helm 0.9), and half as much again for collecting less often
 * (with that, Trivy and Kubernetes beside each other took 4.5 GiB at their peak).
 * Seconds: alone on two cores, as far as that was measured (Trivy, engine, Kubernetes, Helm, CoreDNS); the rest in
 * proportion to their CPU time. It stands here and not beside the steps, whose files are part of their keys: another
 * figure is no reason to build anew.
 */
const costs: Readonly<Record<string, Cost>> = {
  "tool-trivy": build(5, 329),
  "engine-binaries": build(3, 289),
  "kube-binaries": build(3, 284),
  "tool-cosign": build(3, 300),
  "tool-osv-scanner": build(3, 225),
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
  "rootfs-python": files(90),
  "rootfs-python-slim": files(55),
  "rootfs-rust": files(120),
  "rootfs-rust-arm64": files(150),
  "rootfs-nginx-arm64": files(65),
  "go-toolchain": files(60),
  "rootfs-jdk": files(90),
  "image-kubernetes": files(25),
  "cluster-rootfs": files(15),
  "npm-packages": files(14),
}

/** Ids of the steps that have a cost here. */
export const costly: readonly string[] = Object.keys(costs)

export const withCost = (step: Step): Step => {
  const cost = costs[step.id]
  return cost ? { ...step, cost } : step
}
