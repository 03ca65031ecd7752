/** Settings of ours: none, so that the scanner looks for none. */
export const settingsFile = "/signalbox/osv-scanner.toml"

/**
 * How osv-scanner is run: by the databases that it is given, without a network, a resolver of its own or an analysis of calls, which would
 * leave out what it takes for unused; by settings of ours, so that it obeys no osv-scanner.toml of the tree.
 */
export const osvArguments: readonly string[] = [
  ...["scan", "source", "--config", settingsFile, "--offline", "--offline-vulnerabilities", "--no-resolve"],
  ...["--no-call-analysis=all", "--all-packages", "--all-vulns", "--format", "json", "--verbosity", "info"],
]
