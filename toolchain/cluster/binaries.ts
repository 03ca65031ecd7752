import { join } from "node:path"
import { type GoBuild, goBuild } from "../go.ts"
import { fetchGoModules } from "../go-modules.ts"
import type { Step } from "../steps/index.ts"
import { versions } from "../versions.ts"

/** Programs of one Go module below this directory. */
interface GoPrograms extends Pick<GoBuild, "packages" | "tags" | "linkerFlags"> {
  readonly id: string
  readonly title: string
  /** Directory with the go.mod. */
  readonly directory: string
}

function goStep({ id, title, directory, ...build }: GoPrograms): Step {
  const module = `toolchain/cluster/${directory}`
  return {
    id,
    title,
    needs: [],
    inputs: {
      files: [`${module}/go.mod`, `${module}/go.sum`, "toolchain/go.ts"],
      values: [JSON.stringify(build)],
    },
    heavy: true,
    fetch: (ctx) => fetchGoModules(ctx, { module: join(ctx.root, module), ...build }),
    run: (ctx) => goBuild(ctx, { module: join(ctx.root, module), out: ctx.out, ...build }),
  }
}

const [major, minor] = versions.kubernetes.split(".")
const kubernetesVersion = (variable: string, value: string): string =>
  `-X k8s.io/component-base/version.${variable}=${value}`

/** Output: the programs of a node and `kubectl`. */
export const kubeBinaries = goStep({
  id: "kube-binaries",
  title: `Build Kubernetes ${versions.kubernetes}`,
  directory: "kube",
  packages: [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "kubectl",
  ].map((name) => `k8s.io/kubernetes/cmd/${name}`),
  linkerFlags: [
    "-s",
    "-w",
    kubernetesVersion("gitVersion", `v${versions.kubernetes}`),
    kubernetesVersion("gitMajor", `${major}`),
    kubernetesVersion("gitMinor", `${minor}`),
  ],
})

/** Output: `server`, which is etcd. */
export const etcdBinaries = goStep({
  id: "etcd-binaries",
  title: `Build etcd ${versions.etcd}`,
  directory: "etcd",
  packages: ["go.etcd.io/etcd/server/v3"],
})

const containerd = "github.com/containerd/containerd/v2"

/** Output: `containerd`, its shim and `ctr`. */
export const containerdBinaries = goStep({
  id: "containerd-binaries",
  title: `Build containerd ${versions.containerd}`,
  directory: "containerd",
  packages: ["containerd", "containerd-shim-runc-v2", "ctr"].map((name) => `${containerd}/cmd/${name}`),
  tags: ["no_btrfs", "no_aufs", "no_zfs"],
  linkerFlags: ["-s", "-w", `-X ${containerd}/version.Version=${versions.containerd}`],
})

const plugins = "github.com/containernetworking/plugins/plugins"

/** Output: the plugins that connect pods. */
export const cniBinaries: Step = {
  ...goStep({
    id: "cni-binaries",
    title: `Build the network plugins ${versions.cniPlugins}`,
    directory: "cni",
    packages: [`${plugins}/main/bridge`, `${plugins}/main/loopback`, `${plugins}/ipam/host-local`],
  }),
  heavy: false,
}

/** Output: `coredns`. */
export const corednsBinary = goStep({
  id: "coredns-binary",
  title: `Build CoreDNS ${versions.coredns}`,
  directory: "coredns",
  packages: ["github.com/coredns/coredns"],
})

/** Output: `local-path-provisioner`. */
export const localPathBinary = goStep({
  id: "local-path-binary",
  title: `Build the local path provisioner ${versions.localPathProvisioner}`,
  directory: "local-path",
  packages: ["github.com/rancher/local-path-provisioner"],
  linkerFlags: ["-s", "-w", `-X main.VERSION=v${versions.localPathProvisioner}`],
})
