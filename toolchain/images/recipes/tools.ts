import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"
import { donorSet, toolImage } from "./common.ts"

export const helm = toolImage({
  name: "helm",
  version: versions.helm,
  description: "Renders and installs Kubernetes applications",
  source: "https://github.com/helm/helm",
  licenses: "Apache-2.0",
})

export const kubectl = toolImage({
  name: "kubectl",
  version: versions.kubernetes,
  step: "kube-binaries",
  description: "Talks to a Kubernetes API server",
  source: "https://github.com/kubernetes/kubernetes",
  licenses: "Apache-2.0",
})

export const k6 = toolImage({
  name: "k6",
  version: versions.k6,
  description: "Runs load tests written in JavaScript",
  source: "https://github.com/grafana/k6",
  licenses: "AGPL-3.0-only",
  env: { K6_NO_USAGE_REPORT: "true" },
})

export const trivy = toolImage({
  name: "trivy",
  version: versions.trivy,
  description: "Finds known vulnerabilities",
  source: "https://github.com/aquasecurity/trivy",
  licenses: "Apache-2.0",
})

export const kubeconform = toolImage({
  name: "kubeconform",
  version: versions.kubeconform,
  description: "Checks Kubernetes manifests against schemas",
  source: "https://github.com/yannh/kubeconform",
  licenses: "Apache-2.0",
})

export const kubeScore = toolImage({
  name: "kube-score",
  version: versions.kubeScore,
  description: "Grades Kubernetes manifests",
  source: "https://github.com/zegl/kube-score",
  licenses: "MIT",
})

export const osvScanner = toolImage({
  name: "osv-scanner",
  version: versions.osvScanner,
  description: "Finds known vulnerabilities of packages in lock files",
  source: "https://github.com/google/osv-scanner",
  licenses: "Apache-2.0",
})

/** gitleaks reads histories through git; a mounted repository belongs to somebody else, which git refuses by default. */
export const gitleaks: Recipe = toolImage({
  name: "gitleaks",
  version: versions.gitleaks,
  description: "Finds secrets in directories and histories",
  source: "https://github.com/gitleaks/gitleaks",
  licenses: "MIT",
  content: [
    { from: donorSet, collect: { programs: ["/usr/bin/git"] } },
    { path: "etc/gitconfig", text: "[safe]\n\tdirectory = *\n" },
  ],
})
