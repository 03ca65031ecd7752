import { type TestFormat, testFormats } from "../../domain/index.ts"
import { readCargoTest } from "./cargo-test.ts"
import { readGoTest } from "./go-test.ts"
import { readJunit } from "./junit.ts"
import { readMocha } from "./mocha.ts"
import { formatAmong, type ReportedComponent, type TestReport, testReport, withoutMark } from "./report.ts"
import { readVitest } from "./vitest.ts"

const readers: Readonly<Record<TestFormat, (text: string, component: ReportedComponent) => TestReport>> = {
  junit: readJunit,
  "mocha-json": readMocha,
  "vitest-json": readVitest,
  "go-test": readGoTest,
  "cargo-test": readCargoTest,
}

export function testFormatOf(format: string): TestFormat {
  return formatAmong(testFormats, format)
}

/** What one run of tests wrote, in as many files as it likes. @throws OUTPUT_UNREADABLE */
export function readTests(
  format: TestFormat,
  texts: readonly string[],
  component: ReportedComponent,
): TestReport {
  const parts = texts.map((text) => readers[format](withoutMark(text), component))
  return testReport(
    parts.flatMap(({ cases }) => cases),
    parts.flatMap(({ findings }) => findings),
  )
}
