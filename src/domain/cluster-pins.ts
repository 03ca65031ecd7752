/** Which cluster an environment is, as a kubeconfig says. */
export interface ClusterPins {
  readonly server: string
  /** Absent where the kubeconfig trusts several authorities: which of them signs the server's certificate, it does not say. */
  readonly caFingerprint?: string
}
