import { SignalboxError } from "../../domain/index.ts"

/** A version of Go: `1.26`, `1.26.8`, `1.27rc1`; a language version alone comes before its first release. */
export function compareGo(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  for (const index of [0, 1, 2, 3]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** As Go orders them: 1.21 < 1.21beta1 < 1.21rc1 < 1.21.0. */
const kinds = ["", "beta", "rc", "."]

function partsOf(text: string): readonly number[] {
  const [, major = "0", minor = "0", kind = "", last = "0"] =
    /^(?:go)?(\d+)(?:\.(\d+)(?:(\.|rc|beta)(\d+))?)?/.exec(text) ?? []
  return [Number(major), Number(minor), kinds.indexOf(kind), Number(last)]
}

/** A line of go.mod or go.work that asks for a version. */
export interface AskedVersion {
  /** `go` or `toolchain`. */
  readonly directive: "go" | "toolchain"
  readonly version: string
  readonly line: number
}

/** No other Go is fetched: the toolbox says which one builds. @throws CONFIG_INVALID with the place */
export function assertVersion(
  asked: readonly AskedVersion[],
  has: string,
  { name, file }: { readonly name: string; readonly file: string },
): void {
  const newer = asked.filter(({ version }) => compareGo(version, has) > 0)
  const [first] = newer.sort((a, b) => compareGo(b.version, a.version))
  if (first === undefined) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${name} needs Go ${first.version.replace(/^go/, "")}, and the toolbox has ${has}`,
    where: `${file}:${first.line}: ${first.directive} ${first.version}`,
    why: "no other Go is fetched during a build: the toolbox names the one whose digest is evidence",
    next: "name an image with that version in toolbox.yaml (tools.go), or lower the line",
  })
}
