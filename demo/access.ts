/** Arguments of the demo's calls: secrets are named, and lie in the environment of the CLI. */
export const staging = ["--kubeconfig", "env://KUBECONFIG_STAGING"] as const
export const production = ["--kubeconfig", "env://KUBECONFIG_PRODUCTION"] as const
export const development = ["--kubeconfig", "env://KUBECONFIG_DEVELOPMENT"] as const
/** To production, from staging. */
export const both = [...production, "--from-kubeconfig", "env://KUBECONFIG_STAGING"] as const
/** The key that the demo's policy lists. */
export const key = [
  ...["--signing-key", "env://SIGNING_KEY"],
  ...["--signing-key-password", "env://SIGNING_PASSWORD"],
] as const
