import type { Check, ToolChecks, Undetermined } from "../check.ts"
import { settled, strictCompiler } from "./container.ts"

/** What decides how a component is checked. */
export interface RustFiles {
  readonly features: readonly string[]
  /** Version of Rust in the toolbox. */
  readonly rust: string
  /** What the toolbox's Rust has beside the compiler. */
  readonly has: { readonly clippy: boolean; readonly rustfmt: boolean; readonly coverage: boolean }
  /** The file that configures Clippy; undefined where none does. */
  readonly clippySettings: string | undefined
}

type Found = Check | Undetermined

/** 101 is what Cargo ends with where something does not compile, and where a test fails. */
const judged = [0, 101]
/** Attributes that switch lints or the formatter off for what follows, or for the whole file. */
const attributes = "#!?\\[\\s*(?:cfg_attr\\(.*)?(?:(?:allow|expect)\\s*\\(|rustfmt::skip\\b)"
const messages = { format: "cargo-json", path: "stdout.txt", in: "reports" } as const

export function checksOf(files: RustFiles): ToolChecks {
  return { typecheck: compiles(files), lint: lint(files), unit: unit(files), coverage: coverage(files) }
}

const everything = ["--workspace", "--all-targets", ...settled, "--keep-going", "--message-format=json"]

function compiles({ rust, features }: RustFiles): Check {
  return {
    tool: { name: "cargo check", version: rust },
    command: ["cargo", "check", ...everything, ...features],
    judged,
    report: messages,
  }
}

/** Clippy and rustfmt; where the toolbox has no Clippy and no file asks for it, the lints of the compiler. */
function lint(files: RustFiles): Found {
  const { has, rust, clippySettings } = files
  if (!has.rustfmt) return { undetermined: "the toolbox's Rust has no rustfmt" }
  if (!has.clippy && clippySettings !== undefined)
    return { undetermined: `${clippySettings} configures Clippy, which the toolbox's Rust does not have` }
  const format: Check = {
    tool: { name: "rustfmt", version: rust },
    command: ["cargo", "fmt", "--all", "--", "--check"],
    judged: [0, 1],
    // Differences are on its standard output, and files that are no Rust on the other.
    report: { format: "rustfmt", path: "std*.txt", in: "reports" },
  }
  return { ...(has.clippy ? clippy(files) : compilerLints(files)), more: [format] }
}

function clippy({ rust, features }: RustFiles): Check {
  return {
    tool: { name: "clippy", version: rust, comments: attributes },
    command: ["cargo", "clippy", ...everything, ...features, "--", "-D", "warnings"],
    judged,
    report: messages,
  }
}

function compilerLints({ rust, features }: RustFiles): Check {
  const wrapper = `build.rustc-workspace-wrapper="${strictCompiler}"`
  return {
    tool: { name: "rustc lints", version: rust, comments: attributes },
    command: ["cargo", "check", ...everything, ...features, "--config", wrapper],
    judged,
    report: messages,
  }
}

function unit({ rust, features }: RustFiles): Check {
  return {
    tool: { name: "cargo test", version: rust },
    command: [
      ...["cargo", "test", "--workspace", ...settled, "--no-fail-fast", "--message-format=json"],
      ...features,
    ],
    judged,
    report: { format: "cargo-test", path: "stdout.txt", in: "reports" },
  }
}

function coverage({ rust, features, has }: RustFiles): Found {
  if (!has.coverage) return { undetermined: "the toolbox's Rust has no cargo-llvm-cov" }
  const report = "lcov.info"
  return {
    tool: { name: "cargo-llvm-cov", version: rust },
    command: [
      ...["cargo", "llvm-cov", "test", "--workspace", ...settled, "--no-fail-fast"],
      ...["--lcov", "--output-path", `/out/${report}`, ...features],
    ],
    judged,
    report: { format: "lcov", path: report, in: "reports" },
  }
}
