/**
 * Every argument of the module by function, constructor first; those of what a call returns with its name before. Dagger
 * fills in an argument that a call leaves out from a file .env beside or above the caller (core/modulesource.go of
 * v0.21.7): one that is committed would let a tree under test choose the arguments of the call that judges it.
 */
export const argumentNames: Readonly<Record<string, readonly string[]>> = {
  constructor: [
    "source",
    "toolbox",
    "git",
    "config",
    "actor",
    "registryUser",
    "registryToken",
    "policyRef",
    "approvePolicy",
    "sonarToken",
    "sonarBranch",
    "sonarPullRequest",
  ],
  withAccess: ["environment", "kubeconfig", "cluster"],
  withBuildSecret: ["name", "value"],
  build: ["component", "context", "affected"],
  gates: ["only", "skip", "context", "affected", "since", "failFast", "previous"],
  explain: ["rule", "report"],
  affected: ["since"],
  affectedJson: ["since"],
  why: ["path", "component"],
  init: ["registry", "environments", "module", "kubeconfig", "measure", "preCommit"],
  fix: ["component"],
  publish: ["version", "tag", "signingKey", "signingKeyPassword", "clearClaim"],
  publishPolicy: ["file", "to"],
  release: [
    "tag",
    "kubeconfig",
    "fromKubeconfig",
    "until",
    "approve",
    "cluster",
    "fromCluster",
    "signingKey",
    "signingKeyPassword",
    "approvedBy",
    "override",
    "reason",
    "overrideUntil",
  ],
  record: ["release"],
  verifyRelease: ["record", "digest", "publicKey"],
  render: ["environment", "release"],
  wrappers: ["module"],
  compose: ["release", "service", "production"],
  try: ["kubeconfig", "registry", "registryService", "name", "values", "cluster"],
  tryEnd: ["kubeconfig", "name", "cluster"],
  plan: [
    "environment",
    "release",
    "kubeconfig",
    "fromKubeconfig",
    "cluster",
    "fromCluster",
    "override",
    "reason",
    "overrideUntil",
  ],
  status: ["environment", "kubeconfig", "cluster", "repair", "reason"],
  history: ["environment", "kubeconfig", "cluster"],
  operation: ["environment", "kubeconfig", "id", "cluster"],
  doctor: ["environment", "kubeconfig", "cluster"],
  deploy: [
    "environment",
    "release",
    "kubeconfig",
    "approve",
    "fromKubeconfig",
    "cluster",
    "fromCluster",
    "signingKey",
    "signingKeyPassword",
    "approvedBy",
    "override",
    "reason",
    "overrideUntil",
  ],
  promote: [
    "release",
    "from",
    "to",
    "kubeconfig",
    "fromKubeconfig",
    "approve",
    "cluster",
    "fromCluster",
    "signingKey",
    "signingKeyPassword",
    "approvedBy",
    "override",
    "reason",
    "overrideUntil",
  ],
  rollback: [
    "environment",
    "kubeconfig",
    "revision",
    "reason",
    "rehearse",
    "cluster",
    "signingKey",
    "signingKeyPassword",
  ],
  hold: ["environment", "kubeconfig", "reason", "release", "lift", "cluster"],
  unlock: ["environment", "holder", "kubeconfig", "cluster"],
  smoke: ["environment", "kubeconfig", "cluster", "signingKey", "signingKeyPassword"],
  load: [
    "environment",
    "profile",
    "kubeconfig",
    "scale",
    "users",
    "seconds",
    "dryRun",
    "cluster",
    "signingKey",
    "signingKeyPassword",
  ],
  "gateReport.assert": ["partial"],
  "images.container": ["component", "platform"],
  "signingKeys.new": ["password", "algorithm"],
  "toolbox.pin": ["partial"],
}

/**
 * A name as Dagger compares it, and more: it drops blanks and `export` before every part of a name (core/dotenv of
 * v0.21.7), and compares without regard to case, by Unicode's rules.
 */
const plain = (name: string): string =>
  name
    .normalize("NFKC")
    .replaceAll(/[^A-Za-z0-9]/g, "")
    .toLowerCase()
    .replaceAll("export", "")

const known = new Set(
  Object.entries(argumentNames).flatMap(([name, all]) =>
    all.map((one) => plain(name === "constructor" ? one : `${name}${one}`)),
  ),
)

/**
 * Whether Dagger takes a variable of a file .env for one of our arguments.
 * @param besideModule the file lies in the module's own directory, where names need no prefix `SIGNALBOX_`.
 */
export function namesArgument(variable: string, besideModule: boolean): boolean {
  const [name, prefix] = [plain(variable), "signalbox"]
  if (name.startsWith(prefix)) return known.has(name.slice(prefix.length))
  return besideModule && known.has(name)
}
