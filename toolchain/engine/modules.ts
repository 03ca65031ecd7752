import { join } from "node:path"
import { fetchGoModules } from "../go-modules.ts"
import type { Step } from "../steps/index.ts"
import { engineBinaries as buildStep } from "./build.ts"

/** The step with its downloads: build.ts is part of its key, and how modules arrive is no reason to build anew. */
export const engineBinaries: Step = {
  ...buildStep,
  fetch: (ctx) =>
    fetchGoModules(ctx, {
      module: join(ctx.root, "toolchain", "engine"),
      packages: [
        ...["engine", "dagger", "init", "codegen", "dnsname"].map(
          (name) => `github.com/dagger/dagger/cmd/${name}`,
        ),
        ...["main/bridge", "main/loopback", "meta/firewall", "ipam/host-local"].map(
          (name) => `github.com/containernetworking/plugins/plugins/${name}`,
        ),
      ],
      tags: ["dfexcludepatterns", "dfparents"],
    }),
}
