/** Rules of tools by the form of their names: whose they are, and where their authors describe them. */
interface ToolRules {
  readonly pattern: RegExp
  readonly whose: string
  readonly what: string
  readonly readOn: (rule: string) => string
}

const advisory = "A known vulnerability of a package, in a lock file or an image."

const toolRules: readonly ToolRules[] = [
  {
    pattern: /^CVE-\d{4}-\d{4,}$/,
    ...{ whose: "an advisory of the CVE list", what: advisory },
    readOn: (rule) => `https://nvd.nist.gov/vuln/detail/${rule}`,
  },
  {
    pattern: /^GHSA(?:-[0-9a-z]{4}){3}$/,
    ...{ whose: "an advisory of GitHub", what: advisory },
    readOn: (rule) => `https://github.com/advisories/${rule}`,
  },
  {
    pattern: /^RUSTSEC-\d{4}-\d{4}$/,
    ...{ whose: "an advisory of RustSec", what: advisory },
    readOn: (rule) => `https://rustsec.org/advisories/${rule}`,
  },
  {
    pattern: /^GO-\d{4}-\d{4,}$/,
    ...{ whose: "an advisory of Go's database", what: advisory },
    readOn: (rule) => `https://pkg.go.dev/vuln/${rule}`,
  },
  {
    pattern: /^PYSEC-\d{4}-\d+$/,
    ...{ whose: "an advisory of the Python database", what: advisory },
    readOn: (rule) => `https://osv.dev/vulnerability/${rule}`,
  },
  {
    pattern: /^MAL-\d{4}-\d+$/,
    ...{
      whose: "an advisory of the OpenSSF",
      what: "A package that was published to do harm, in a lock file.",
    },
    readOn: (rule) => `https://osv.dev/vulnerability/${rule}`,
  },
  {
    pattern: /^(?:DSA|DLA)-\d+(?:-\d+)?$/,
    ...{ whose: "an advisory of Debian", what: advisory },
    readOn: (rule) => `https://security-tracker.debian.org/tracker/${rule}`,
  },
  {
    pattern: /^TS\d{1,6}$/,
    whose: "TypeScript's compiler",
    what: "A diagnostic of tsc, by its number.",
    readOn: () => "https://www.typescriptlang.org/docs/",
  },
  {
    pattern: /^SC\d{4}$/,
    whose: "ShellCheck",
    what: "A place in a shell script.",
    readOn: (rule) => `https://www.shellcheck.net/wiki/${rule}`,
  },
  {
    pattern: /^DL\d{4}$/,
    whose: "hadolint",
    what: "A place in a Dockerfile.",
    readOn: (rule) => `https://github.com/hadolint/hadolint/wiki/${rule}`,
  },
  {
    pattern: /^kube-score:[a-z][a-z0-9-]+$/,
    whose: "kube-score",
    what: "A check of kube-score over a rendered manifest. It is reported; what refuses is the minimum of all of them together.",
    readOn: () => "https://github.com/zegl/kube-score/blob/master/README_CHECKS.md",
  },
  {
    pattern: /^B\d{3}$/,
    whose: "Bandit",
    what: "A place in Python code.",
    readOn: () => "https://bandit.readthedocs.io/en/latest/plugins/index.html",
  },
  {
    pattern: /^actionlint\/[a-z-]+$/,
    whose: "actionlint",
    what: "A place in a workflow of GitHub Actions.",
    readOn: () => "https://github.com/rhysd/actionlint/blob/main/docs/checks.md",
  },
  {
    pattern: /^zizmor\/[a-z0-9-]+$/,
    whose: "zizmor",
    what: "A weak place in a workflow or an action of GitHub Actions.",
    readOn: (rule) => `https://docs.zizmor.sh/audits/#${rule.slice("zizmor/".length)}`,
  },
  {
    pattern: /^clippy::[a-z0-9_]+$/,
    whose: "Clippy",
    what: "A lint of Rust code.",
    readOn: (rule) =>
      `https://rust-lang.github.io/rust-clippy/master/index.html#${rule.slice("clippy::".length)}`,
  },
  {
    pattern: /^E\d{4}$/,
    whose: "the Rust compiler",
    what: "An error of rustc, by its code.",
    readOn: (rule) => `https://doc.rust-lang.org/error_codes/${rule}.html`,
  },
  {
    pattern: /^report[A-Z]\w+$/,
    whose: "Pyright",
    what: "A check of types in Python code.",
    readOn: () => "https://github.com/microsoft/pyright/blob/main/docs/configuration.md",
  },
  {
    pattern: /^@typescript-eslint\/[a-z-]+$/,
    whose: "typescript-eslint",
    what: "A rule for TypeScript code, run by ESLint.",
    readOn: (rule) => `https://typescript-eslint.io/rules/${rule.slice("@typescript-eslint/".length)}`,
  },
  {
    pattern: /^@?[a-z0-9-]+(?:\/[a-z0-9-]+)+$/,
    whose: "a plugin of ESLint",
    what: "A rule of a plugin, whose name is in front of the slash.",
    readOn: () => "https://eslint.org/docs/latest/use/configure/plugins",
  },
  {
    pattern: /^[A-Z]{1,4}\d{3,4}$/,
    whose: "Ruff, Flake8 or a plugin of them",
    what: "A rule for Python code.",
    readOn: () => "https://docs.astral.sh/ruff/rules/",
  },
]

/** Whose rule it is by its name; undefined where its name tells nothing. */
export function toolRuleNamed(
  rule: string,
): { readonly whose: string; readonly what: string; readonly readOn: string } | undefined {
  const found = toolRules.find(({ pattern }) => pattern.test(rule))
  return found === undefined
    ? undefined
    : { whose: found.whose, what: found.what, readOn: found.readOn(rule) }
}
