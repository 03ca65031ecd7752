/** What a test run may write: `vitest-json` is also what Jest writes, `mocha-json` what Mocha's own reporter does, `go-test` what `go test -json` prints. */
export const testFormats = ["junit", "vitest-json", "mocha-json", "go-test"] as const
export type TestFormat = (typeof testFormats)[number]

/** What a coverage run may write; `istanbul` is its json-summary. */
export const coverageFormats = ["istanbul", "lcov", "cobertura", "jacoco", "go-cover"] as const
export type CoverageFormat = (typeof coverageFormats)[number]

/** What a linter or a compiler may write. */
export const findingFormats = ["sarif", "eslint-json", "tsc", "mypy-json", "pyright-json"] as const
export type FindingFormat = (typeof findingFormats)[number]
