import { Recorder } from "./recorder.ts"

const pod = (context: string) => `    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.example/web:1.0.0
          securityContext: ${context}
`
const deployment = (context: string, annotations = "{}") => `# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: staging, annotations: ${annotations} }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
${pod(context)}`
const hardened = "{ readOnlyRootFilesystem: true, runAsUser: 10001, runAsGroup: 10001 }"
const silenced = '{ kube-score/ignore: "container-security-context-privileged,pod-networkpolicy" }'

export function recordKubeScore(binary: string): void {
  const recorder = new Recorder("kube-score", binary)
  const score = (file: string, ...more: string[]) => [
    ...["score", "--output-format", "json", "--output-version", "v2", "--color", "never"],
    ...["--disable-ignore-checks-annotations", "--disable-optional-checks-annotations"],
    ...["--kubernetes-version", "v1.33", ...more, file],
  ]
  recorder.file("hardened.yaml", deployment(hardened))
  recorder.record("hardened", { about: "a Deployment that could be better", args: score("hardened.yaml") })
  recorder.file("privileged.yaml", deployment("{ privileged: true }", silenced))
  recorder.record("privileged", {
    about: "one whose annotation would have the worst of it overlooked",
    args: score("privileged.yaml"),
  })
  recorder.record("skipped", {
    about: "the same, without a check that a configuration skips",
    args: score("privileged.yaml", "--ignore-test", "container-security-context-privileged"),
  })
  recorder.file("settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\n")
  recorder.record("settings", { about: "a kind that it grades by little", args: score("settings.yaml") })
  recorder.file("widget.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\n")
  recorder.record("unknown-kind", { about: "a kind that it does not know", args: score("widget.yaml") })
  recorder.file("empty.yaml", "")
  recorder.record("empty", { about: "a file without any resource", args: score("empty.yaml") })
  recorder.file("broken.yaml", "apiVersion: v1\nkind: [\n")
  recorder.record("no-yaml", { about: "a file that is no YAML", args: score("broken.yaml") })
  recorder.file("wrong-type.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: 3\n")
  recorder.record("wrong-type", {
    about: "a Deployment whose spec is a number",
    args: score("wrong-type.yaml"),
  })
  recorder.record("missing-file", { about: "a file that does not exist", args: score("nowhere.yaml") })
  recorder.finish("v1.20.0")
}
