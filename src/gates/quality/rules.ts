import { type Rules, refusesNothing } from "../rule.ts"

export const rules: Rules = {
  "quality-gate-condition": {
    what: "A condition of the quality gate on the SonarQube server does not hold: the message names the measure, its value and what is asked for.",
    why: "The quality gate is what the team has agreed on as good enough to be released.",
    mend: "Correct the issues that count for that measure: they are listed with file and line. Conditions are changed on the server; those of a server of the call's own in gates.quality.conditions.",
    readOn: "docs/quality.md",
  },
  "tree-settings-ignored": {
    what: "The tree has settings of SonarQube's scanner, and the scanner was not given them.",
    why: "A tree that chose what is analysed would judge itself.",
    mend: "Remove the setting, or say it where it is policy: gates.quality of signalbox.yaml.",
    waive: refusesNothing,
    readOn: "docs/quality.md",
  },
  "not-searched": {
    what: "A file is too large to be searched for comments that switch rules off; some analysers leave such files out as well.",
    why: "What was not looked at is told, and never counted as clean.",
    mend: "Split the file, or leave it out by name if it is generated: gates.quality.exclude.",
    waive: refusesNothing,
  },
  "switched-off": {
    what: "A comment in the code switches a rule off for its line.",
    why: "Unlike a waiver, it has neither an owner nor an end.",
    mend: "Correct what the rule finds, and remove the comment; or waive the finding.",
    waive: refusesNothing,
  },
}
