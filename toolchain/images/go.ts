import { join } from "node:path"
import { goEnvironment } from "../go.ts"
import type { Step } from "../steps/index.ts"
import { versions } from "../versions.ts"

/**
 * The distribution of Go for this machine, as its module proxy serves it: the module that Go itself fetches when a go.mod asks
 * for a newer one. The public checksum database vouches for it. Output: the directory `go`.
 */
export const goToolchain: Step = {
  id: "go-toolchain",
  title: `Fetch Go ${versions.go}`,
  needs: [],
  inputs: { files: ["toolchain/images/go.ts"], values: [versions.go] },
  heavy: false,
  async run(ctx) {
    const architecture = process.arch === "x64" ? "amd64" : process.arch
    const module = `golang.org/toolchain@v0.0.1-go${versions.go}.linux-${architecture}`
    const said = await ctx.exec("go", ["mod", "download", "-json", module], {
      env: { ...goEnvironment, GOFLAGS: "-modcacherw" },
      cwd: ctx.out,
    })
    const { Dir: directory } = JSON.parse(said) as { readonly Dir: string }
    const to = join(ctx.out, "go")
    await ctx.exec("cp", ["--archive", directory, to])
    await ctx.exec("find", [to, "-type", "d", "-name", "testdata", "-prune", "-exec", "rm", "-r", "{}", "+"])
    await ctx.exec("find", [to, "-name", "*_test.go", "-delete"])
    // A module has no rights: what is to be started is what Go would start.
    await ctx.exec("chmod", ["-R", "a+x", join(to, "bin"), join(to, "pkg", "tool")])
    const version = await ctx.exec(join(to, "bin", "go"), ["version"], { env: { GOTOOLCHAIN: "local" } })
    if (!version.includes(` go${versions.go} `))
      throw new Error(`go says "${version.trim()}", expected ${versions.go}`)
  },
}
