import type { Step } from "../steps/index.ts"
import { versions } from "../versions.ts"
import { type GoTool, toolStep } from "./tool.ts"

export { toolStepId } from "./tool.ts"

const tools: readonly GoTool[] = [
  {
    name: "helm",
    version: `v${versions.helm}`,
    package: "helm.sh/helm/v4/cmd/helm",
    versionVariable: "helm.sh/helm/v4/internal/version.version",
  },
  {
    name: "gitleaks",
    version: versions.gitleaks,
    package: "github.com/zricethezav/gitleaks/v8",
    versionVariable: "github.com/zricethezav/gitleaks/v8/version.Version",
  },
  { name: "k6", version: versions.k6, package: "go.k6.io/k6" },
  {
    name: "kubeconform",
    version: `v${versions.kubeconform}`,
    package: "github.com/yannh/kubeconform/cmd/kubeconform",
    versionVariable: "main.version",
    heavy: false,
  },
  {
    name: "trivy",
    version: versions.trivy,
    package: "github.com/aquasecurity/trivy/cmd/trivy",
    versionVariable: "github.com/aquasecurity/trivy/pkg/version/app.ver",
    env: { GOEXPERIMENT: "jsonv2" },
  },
]

/** One step per tool, `tool-<name>`; its output holds the binary `<name>`. */
export const steps: readonly Step[] = tools.map(toolStep)

/** kube-score: only charts for which a configuration asks for grades need it. */
export const kubeScoreStep: Step = toolStep({
  name: "kube-score",
  version: `v${versions.kubeScore}`,
  package: "github.com/zegl/kube-score/cmd/kube-score",
  versionVariable: "main.version",
  heavy: false,
})

/** osv-scanner: built for whoever has the gate dependencies judge. */
export const osvScannerStep: Step = toolStep({
  name: "osv-scanner",
  version: versions.osvScanner,
  package: "github.com/google/osv-scanner/v2/cmd/osv-scanner",
})

/** actionlint: built on demand, for the gate `workflow`. */
export const actionlintStep: Step = toolStep({
  name: "actionlint",
  version: versions.actionlint,
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  versionVariable: "github.com/rhysd/actionlint.version",
  heavy: false,
})

/** cosign: nothing of the pipelines calls it. A test checks with it what was signed, and has it built. */
export const cosignStep: Step = toolStep({
  name: "cosign",
  version: `v${versions.cosign}`,
  package: "github.com/sigstore/cosign/v3/cmd/cosign",
  versionVariable: "sigs.k8s.io/release-utils/version.gitVersion",
})
