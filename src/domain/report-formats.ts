/** What a test run may write: `vitest-json` is also what Jest writes, `mocha-json` what Mocha's own reporter does, `go-test` what `go test -json` prints, `cargo-test` what `cargo test` does. */
export const testFormats = ["junit", "vitest-json", "mocha-json", "go-test", "cargo-test"] as const
export type TestFormat = (typeof testFormats)[number]

/** What a coverage run may write; `istanbul` is its json-summary. */
export const coverageFormats = ["istanbul", "lcov", "cobertura", "jacoco", "go-cover"] as const
export type CoverageFormat = (typeof coverageFormats)[number]

/**
 * What a linter or a compiler may write: `go-vet` is also what the compiler of Go prints, `gofmt` what `gofmt -d` does,
 * `cargo-json` what Cargo does with `--message-format=json`, `rustfmt` what its `--check` does,
 * `maven` what Maven prints of javac, `checkstyle` the XML that many linters write.
 */
export const findingFormats = [
  "sarif",
  "eslint-json",
  "tsc",
  "mypy-json",
  "pyright-json",
  "go-vet",
  "gofmt",
  "cargo-json",
  "rustfmt",
  "maven",
  "checkstyle",
] as const
export type FindingFormat = (typeof findingFormats)[number]
