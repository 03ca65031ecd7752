import { object, type Secret, type Service } from "@dagger.io/dagger"

/** Access to one environment, set by `with-access`. */
@object()
export class EnvironmentAccess {
  environment: string
  kubeconfig: Secret
  cluster?: Service

  constructor(environment: string, kubeconfig: Secret, cluster?: Service) {
    this.environment = environment
    this.kubeconfig = kubeconfig
    if (cluster !== undefined) this.cluster = cluster
  }
}
