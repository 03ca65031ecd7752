import type { Rules } from "../rule.ts"

const readOn = "docs/supply-chain.md"

export const rules: Rules = {
  "license-denied": {
    what: "A package in an image has a licence that gates.licenses.deny names, with the reason that stands there.",
    why: "The project has decided not to distribute software under it.",
    mend: "Use another package, or another version under another licence: the finding has the path of dependencies that brings it.",
    readOn,
  },
  "license-not-allowed": {
    what: "A package in an image has a licence that is not among those of gates.licenses.allow.",
    why: "Where there is a list of what is allowed, a licence that nobody has read is not.",
    mend: "Use another package, or have its licence read and add it to the list with a reason: a change of policy that somebody approves.",
    readOn,
  },
  "license-unknown": {
    what: "Neither a package, nor its lock file, nor signalbox.yaml states its licence as an SPDX expression.",
    why: "What nobody has read is not known to be allowed.",
    mend: "Read its licence, and state it with who read it where: gates.licenses.known.",
    readOn,
  },
}
