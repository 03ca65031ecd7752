export interface TemplateRequest {
  readonly release: string
  readonly namespace: string
  /** Chart directory. */
  readonly chart: string
  /** Values files, later ones win. */
  readonly values: readonly string[]
  /** Renders as for an upgrade of an existing release. Default: an installation. */
  readonly isUpgrade?: boolean
  /** `v1.36.3`: the Kubernetes version in the chart's capability checks. Default: that of this Helm. */
  readonly kubeVersion?: string | null
  /** API versions of the cluster, added to those of this Helm: `group/version` and `group/version/Kind`. */
  readonly apiVersions?: readonly string[]
  /** Renders the content of `crds/` as well, before everything else. */
  readonly includeCrds?: boolean
}

/** Arguments of `helm template`: the same wherever manifests are rendered, so that they are equal. */
export function templateArguments(request: TemplateRequest): readonly string[] {
  const { release, namespace, chart, values, isUpgrade, kubeVersion, apiVersions, includeCrds } = request
  return [
    "template",
    release,
    chart,
    "--namespace",
    namespace,
    ...values.flatMap((file) => ["--values", file]),
    ...(isUpgrade === true ? ["--is-upgrade"] : []),
    ...(kubeVersion == null ? [] : ["--kube-version", kubeVersion]),
    ...(apiVersions ?? []).flatMap((version) => ["--api-versions", version]),
    ...(includeCrds === true ? ["--include-crds"] : []),
  ]
}
