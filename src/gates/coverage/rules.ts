import { testRules } from "../engine/rules.ts"
import { type Rules, refusesNothing } from "../rule.ts"

export const rules: Rules = {
  ...testRules,
  "coverage-below-minimum": {
    what: "The tests of a component reach a smaller part of its lines than coverageMinimum of signalbox.yaml asks for (88 % where it says nothing).",
    why: "Lines that no test reaches change their behaviour without anybody noticing.",
    mend: "Test the lines that are missing: the finding says how many, and the coverage report in the gate's directory says which. The minimum itself is policy: lowering it counts once it is merged.",
  },
  "coverage-not-measured": {
    what: "Source files of a component are not among those whose coverage was measured.",
    why: "A file that nobody measures counts neither as covered nor as missing, so that the percentage says nothing about it.",
    mend: "Let the coverage settings of the tests include all sources (coverage.include of Vitest, collectCoverageFrom of Jest, source of coverage.py).",
    waive: refusesNothing,
  },
}
