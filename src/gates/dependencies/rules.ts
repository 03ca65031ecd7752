import { type Rules, refusesNothing } from "../rule.ts"

const readOn = "docs/dependencies.md"

export const rules: Rules = {
  "not-looked-at": {
    what: "A lock file that nobody looked at: settings leave it out with a reason, or it is of a form that the scanner does not read; or a pom whose dependencies of dependencies are not known.",
    why: "What nobody has looked at is not clean; it is named, so that nobody takes it for judged.",
    mend: "Where it should be judged, lock the packages in a form that the scanner reads; otherwise nothing has to be done.",
    waive: refusesNothing,
    readOn,
  },
  "lock-file-unread": {
    what: "A lock file that could not be read, or of a form that the scanner does not know: none of its packages was looked up.",
    why: "Any of them may have a known vulnerability.",
    mend: "Write it anew with the package manager and commit it; or, where nobody installs from it, leave it out with a reason: gates.dependencies.leftOut.",
    readOn,
  },
  "version-unknown": {
    what: "A line of a requirement file that names a package without its exact version; or a pom of no component in Java, of whose dependencies some have their versions from a parent.",
    why: "Nobody can say which vulnerabilities a package has whose version is not known.",
    mend: "Name the exact version (name==1.2.3), as pip-compile, uv export and poetry export write them; make the pom a component in Java, whose packages Maven resolves.",
    readOn,
  },
}
