import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { repositoryRoot } from "../../../toolchain/paths.ts"
import { versions } from "../../../toolchain/versions.ts"

test.each([
  ["kube", "k8s.io/kubernetes", versions.kubernetes],
  ["etcd", "go.etcd.io/etcd/server/v3", versions.etcd],
  ["containerd", "github.com/containerd/containerd/v2", versions.containerd],
  ["cni", "github.com/containernetworking/plugins", versions.cniPlugins],
  ["coredns", "github.com/coredns/coredns", versions.coredns],
  ["local-path", "github.com/rancher/local-path-provisioner", versions.localPathProvisioner],
])("%s/go.mod builds the version that versions.ts names", (directory, module, version) => {
  const text = readFileSync(join(repositoryRoot, "toolchain/cluster", directory, "go.mod"), "utf8")
  expect(text).toMatch(
    new RegExp(
      `^\\s*(require )?${module.replaceAll(".", "\\.")} v${version.replaceAll(".", "\\.")}( |$)`,
      "m",
    ),
  )
})
