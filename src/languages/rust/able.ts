import { SignalboxError } from "../../domain/index.ts"
import { toolContainer, toolIdentity } from "../../toolbox/index.ts"
import { enginePlatform } from "../engine-platform.ts"
import { platformsOf } from "../platforms.ts"
import { withSettings } from "./container.ts"
import type { Request } from "./project.ts"
import { targetOf } from "./target.ts"

/** `sh FILE TRIPLE COMPILER` prints what is not there to compile for another processor, one a line. */
export const lacking = `set -eu
libraries=$(rustc --print target-libdir --target "$1")
ls "$libraries"/libstd-*.rlib >/dev/null 2>&1 || echo "the standard library of $1"
if ! command -v "$2" >/dev/null; then
  echo "$2, which links for it"
elif ! test -f "$("$2" -print-file-name=libc.a)"; then
  echo "the static C library of $2"
fi
`

/**
 * Checks that the toolbox's Rust can compile for each platform of a component, before anything of it is compiled. Nothing is fetched that
 * it lacks: the toolbox names the compiler whose digest is evidence.
 * @throws CONFIG_INVALID that names what is missing
 */
export async function assertTargets({ name, component, toolbox }: Request): Promise<void> {
  const own = await enginePlatform()
  for (const platform of platformsOf(component)) {
    const { triple, linker } = targetOf(platform, own)
    if (linker === undefined) continue
    const rust = withSettings(toolContainer(toolbox, "rust"), toolIdentity(toolbox, "rust").version)
    const missing = await rust
      .withNewFile("/signalbox/lacking.sh", lacking)
      .withExec(["sh", "/signalbox/lacking.sh", triple, linker])
      .stdout()
    if (missing !== "") throw unable({ name, platform, own }, missing.trim().split("\n"))
  }
}

interface Asked {
  readonly name: string
  readonly platform: string
  readonly own: string
}

function unable({ name, platform, own }: Asked, missing: readonly string[]): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `the toolbox's Rust cannot compile ${name} for ${platform}`,
    where: `signalbox.yaml: components.${name}.platforms`,
    why: `its image lacks ${missing.join(", ")}`,
    next: `name an image that has them in toolbox.yaml (tools.rust): docs/platforms.md says how one is made. Or name the engine's own platform: platforms: [${own}]`,
  })
}
