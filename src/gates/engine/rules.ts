import { type Rules, refusesNothing } from "../rule.ts"

const notLookedAt: Rules = {
  "not-looked-at": {
    what: "A member of the workspace that a component is built with has types, lint or tests of its own, and no component's check runs them.",
    why: "Its code is in the component's image; that the component passes says nothing about what its own checks would.",
    mend: "Have the component's own script run the checks of its members too, or run them in a gate of your own (gates.custom).",
    waive: refusesNothing,
  },
}

/** Of whatever runs tests, whichever its form of report. */
export const testRules: Rules = {
  ...notLookedAt,
  "test-failed": {
    what: "A test has failed. The finding names its file and its name; the failed tests of the report have its whole message.",
    why: "What the test holds about the application is not so in this tree.",
    mend: "Run that test by hand in the component, and mend the code, or the test where it is wrong.",
  },
  "suite-failed": {
    what: "A test file, a package or the whole run ended with an error that belongs to no single test: an import that is missing, a set-up that threw, tests that were there and did not run.",
    why: "Tests that did not run have shown nothing; a run that only counted the others would pass without them.",
    mend: "Run the tests by hand in the component: what they print before the first test names the cause.",
  },
  "test-flaky": {
    what: "A test has failed, and passed when it was tried again. The finding says what it failed of before.",
    why: "It says now this and now that of the same tree: what it fails of may be a fault of the application that shows only sometimes.",
    mend: "Wait in the test for what it needs instead of for a time, and give it data of its own; or mend the application.",
    waive: refusesNothing,
  },
}

/** Of whatever finds faults in sources: linters, formatters, compilers. */
export const sourceRules: Rules = {
  ...notLookedAt,
  "switched-off": {
    what: "A comment in the code switches a tool off for a line or a file, such as eslint-disable, # noqa or @ts-ignore.",
    why: "A comment has no owner and no end, as a waiver has: what it hides would be seen by nobody.",
    mend: "Mend what it hides and take the comment out, or replace it by a waiver with a reason and an end.",
    waive: refusesNothing,
  },
  gofmt: {
    what: "A Go file is not formatted as gofmt does. The line is the first one that differs.",
    why: "Differences of form hide those of content in reviews.",
    mend: "Run gofmt -w on the file, or the call: dagger call fix export --path .",
    readOn: "https://pkg.go.dev/cmd/gofmt",
  },
  rustfmt: {
    what: "A Rust file is not formatted as rustfmt does. The line is the first one that differs.",
    why: "Differences of form hide those of content in reviews.",
    mend: "Run cargo fmt in the component, or the call: dagger call fix export --path .",
    readOn: "https://rust-lang.github.io/rustfmt/",
  },
  go: {
    what: "The compiler of Go, or go vet, objects to a place. They give their findings no names of their own, so that all have this one.",
    why: "It does not compile, or it compiles and is likely not what was meant.",
    mend: "Read the message, and run go build ./... and go vet ./... in the component.",
    readOn: "https://pkg.go.dev/cmd/vet",
  },
  javac: {
    what: "The Java compiler refuses a place. It gives its errors no names, so that all have this one.",
    why: "What does not compile can be neither tested nor built.",
    mend: "Read the message, and run mvn compile in the component.",
  },
  "javac-warning": {
    what: "The Java compiler warns of a place. It gives its warnings no names, so that all have this one.",
    why: "It compiles, and is deprecated, unchecked or likely not what was meant.",
    mend: "Read the message; where the project's pom turns warnings into errors, it has to be mended.",
    waive: refusesNothing,
  },
  "parse-error": {
    what: "ESLint could not parse a file, so that no rule was applied to it.",
    why: "A file that no rule has seen is not clean.",
    mend: "Correct the syntax, or the parser that eslint.config names for such files; leave out by `ignores` what is no source.",
  },
  eslint: {
    what: "ESLint reports something without the name of a rule, such as a directive that is of no use.",
    why: "It is a message of ESLint itself about the file, and no rule of the project.",
    mend: "Read the message; it names what to change.",
    readOn: "https://eslint.org/docs/latest/use/",
  },
  mypy: {
    what: "mypy reports something without one of its error codes.",
    why: "It could not check something, or a file could not be parsed.",
    mend: "Read the message, and run mypy in the component.",
    readOn: "https://mypy.readthedocs.io/en/stable/error_code_list.html",
  },
  pyright: {
    what: "Pyright reports something without the name of one of its rules, such as a mistake of the syntax.",
    why: "What cannot be parsed has not been checked.",
    mend: "Read the message, and run pyright in the component.",
    readOn: "https://github.com/microsoft/pyright/blob/main/docs/configuration.md",
  },
  rustc: {
    what: "The Rust compiler reports something without one of its codes.",
    why: "It does not compile, or it compiles and is likely not what was meant.",
    mend: "Read the message, and run cargo check in the component.",
    readOn: "https://doc.rust-lang.org/error_codes/",
  },
  sarif: {
    what: "A tool reports something and does not name a rule for it.",
    why: "It counts as whatever level the tool gives it.",
    mend: "Read the message, and the documentation of the tool that the report names.",
  },
}

/** Of linters over files of the tree. */
export const treeRules: Rules = {
  "not-looked-at": {
    what: "A file that the gate is about, or a part of it, that its tool does not judge: it is empty, a template, of a dialect that the tool does not know, or names no interpreter that the tool does.",
    why: "What nobody has looked at is not clean; it is named, so that nobody takes it for judged.",
    mend: "Where it should be judged, write it in a form that the tool knows. A file that ends like a script and names no shell in its first line refuses: give it another ending. Otherwise nothing has to be done.",
    waive: "Accepted risk for a file that refuses, with who looks at it instead; the others refuse nothing.",
    readOn: "docs/linters.md",
  },
}

/** Of the list of settings in which the tree's own policy differs from that of its base. */
export const policyRules: Rules = {
  "policy-change": {
    what: "A setting of this tree's own policy (required gates, thresholds, waivers, environments, tools) differs from that of the base revision, by which the tree was judged.",
    why: "A tree that could loosen what it is held against would judge itself. So a change of the policy is shown to whoever reviews it, and counts for everybody once it is merged.",
    mend: "Review it like code. Where the tree passes only by its own policy, the call ends with 17 and names the hash that a protected job approves.",
    waive: "It cannot be waived: a waiver is a part of the policy itself.",
    readOn: "docs/policy.md",
  },
}
