import { mkdir, rename } from "node:fs/promises"
import { join } from "node:path"
import { goBuild } from "../go.ts"
import type { Step } from "../steps/index.ts"
import { versions } from "../versions.ts"

const dagger = "github.com/dagger/dagger"
const plugins = "github.com/containernetworking/plugins/plugins"
const version = `v${versions.dagger}`

/** Where a CLI of this build looks for its engine when no environment variable names one. */
const defaultEngine = "unix:///run/dagger/engine.sock"

const linkerFlags = [
  "-s",
  "-w",
  `-X ${dagger}/engine.Version=${version}`,
  `-X ${dagger}/engine.Tag=${version}`,
  // Only the CLI has this variable; the linker ignores it elsewhere.
  `-X main.RunnerHost=${defaultEngine}`,
]

/**
 * Engine, CLI, init, codegen and the CNI plugins from published Go modules.
 * Output: `dagger`, `dagger-engine`, `dagger-init`, `codegen`, `cni/*`.
 */
export const engineBinaries: Step = {
  id: "engine-binaries",
  title: "Build the Dagger engine and CLI",
  needs: [],
  inputs: {
    files: [
      "toolchain/engine/go.mod",
      "toolchain/engine/go.sum",
      "toolchain/engine/stubs",
      "toolchain/engine/build.ts",
    ],
    values: [version],
  },
  heavy: true,
  async run(ctx) {
    const module = join(ctx.root, "toolchain", "engine")
    const cni = join(ctx.out, "cni")
    await mkdir(cni)
    await goBuild(ctx, {
      module,
      out: ctx.out,
      packages: ["engine", "dagger", "init", "codegen"].map((name) => `${dagger}/cmd/${name}`),
      linkerFlags,
      tags: ["dfexcludepatterns", "dfparents"],
    })
    for (const name of ["engine", "init"]) await rename(join(ctx.out, name), join(ctx.out, `dagger-${name}`))
    await goBuild(ctx, {
      module,
      out: cni,
      packages: [
        `${dagger}/cmd/dnsname`,
        `${plugins}/main/bridge`,
        `${plugins}/main/loopback`,
        `${plugins}/meta/firewall`,
        `${plugins}/ipam/host-local`,
      ],
    })
  },
}
