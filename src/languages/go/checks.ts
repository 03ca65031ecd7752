import type { Check, NotApplicable, ToolChecks, Undetermined } from "../check.ts"
import { allPackages, type GoProject } from "./project.ts"

/** What decides how a component is checked. */
export interface GoFiles {
  readonly project: Pick<GoProject, "modules">
  /** Names in the component's directory, without subdirectories. */
  readonly names: readonly string[]
  /** Its own Go files, relative to it. */
  readonly sources: readonly string[]
  /** Version of Go in the toolbox. */
  readonly go: string
  readonly tags: readonly string[]
}

type Found = Check | NotApplicable | Undetermined

/** Where a profile of coverage is written in the development container. */
const profile = "cover.out"
const out = "/out"

const linterSettings = /^\.golangci\.(?:ya?ml|toml|json)$/

export function checksOf(files: GoFiles): ToolChecks {
  if (files.sources.length === 0) {
    const none = { notApplicable: "no Go file" }
    return { typecheck: none, lint: none, unit: none, coverage: none }
  }
  return { typecheck: compiles(files), lint: lint(files), ...tests(files) }
}

/** Every package is compiled, and nothing is kept: the compiler names file, line and column. */
function compiles({ go, tags, project }: GoFiles): Check {
  return {
    tool: { name: "go build", version: go },
    command: ["go", "build", "-o", "/dev/null", ...tagged(tags), ...allPackages(project)],
    judged: [0, 1],
    report: { format: "go-vet", path: "stderr.txt", in: "reports" },
  }
}

function lint({ go, tags, project, names, sources }: GoFiles): Found {
  const settings = names.find((name) => linterSettings.test(name))
  if (settings !== undefined)
    return { undetermined: `${settings} configures golangci-lint, which the toolbox does not have` }
  return {
    tool: { name: "go vet", version: go },
    command: ["go", "vet", ...tagged(tags), ...allPackages(project)],
    judged: [0, 1],
    report: { format: "go-vet", path: "stderr.txt", in: "reports" },
    more: [
      {
        tool: { name: "gofmt", version: go },
        // By name: of a directory it would also judge vendored files, and those that are broken on purpose (testdata).
        command: ["gofmt", "-d", ...sources],
        judged: [0, 1, 2],
        // Differences are on its standard output, and files that are no Go on the other.
        report: { format: "gofmt", path: "std*.txt", in: "reports" },
      },
    ],
  }
}

/** One run for both: packages that no test loads count as not covered. */
function tests({ go, tags, project }: GoFiles): Pick<ToolChecks, "unit" | "coverage"> {
  const packages = allPackages(project)
  const run = {
    tool: { name: "go test", version: go },
    command: [
      ...["go", "test", "-json", "-fullpath", `-coverprofile=${out}/${profile}`],
      ...[`-coverpkg=${packages.join(",")}`, ...tagged(tags), ...packages],
    ],
    judged: [0, 1],
  }
  return {
    unit: { ...run, report: { format: "go-test", path: "stdout.txt", in: "reports" } },
    coverage: { ...run, report: { format: "go-cover", path: profile, in: "reports" } },
  }
}

function tagged(tags: readonly string[]): readonly string[] {
  return tags.length === 0 ? [] : [`-tags=${tags.join(",")}`]
}
