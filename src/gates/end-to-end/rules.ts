import { testRules } from "../engine/rules.ts"
import { type Rules, refusesNothing } from "../rule.ts"

export const rules: Rules = {
  ...testRules,
  "test-flaky": {
    what: "A test has failed, and passed when it was tried again. The finding says what it failed of before.",
    why: "It says now this and now that of the same tree: what it fails of may be a fault of the application that shows only sometimes.",
    mend: "Wait in the test for what it needs instead of for a time, and give it data of its own; or mend the application.",
    waive:
      "With flaky: tell it refuses nothing. With flaky: refuse, as any finding, for as long as somebody works on it.",
    readOn: "docs/end-to-end.md",
  },
  "retries-unseen": {
    what: "The installed Playwright does not write into its report which tests have passed only when they were tried again.",
    why: "A test file may ask for retries by itself: its flaky tests then look like any other that passes.",
    mend: "Use @playwright/test 1.59 or later.",
    waive: refusesNothing,
    readOn: "docs/end-to-end.md",
  },
}
