import { Recorder } from "./recorder.ts"

const deployment = (extra: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: staging }
spec:
${extra}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "registry.example/web:1.0.0" }] }
`
const service = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: staging }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`

/** @param schemas directory of JSON schemas named `<kind>-<group>-<version>.json` */
export function recordKubeconform(binary: string, schemas: string): void {
  const recorder = new Recorder("kubeconform", binary)
  recorder.directory("schemas", schemas)
  const location = "schemas/{{.ResourceKind}}{{.KindSuffix}}.json"
  const validate = (...files: string[]) => [
    "-output",
    "json",
    "-summary",
    "-verbose",
    "-strict",
    "-schema-location",
    location,
    ...files,
  ]
  recorder.file("valid.yaml", [deployment("  replicas: 2"), service].join("---\n"))
  recorder.record("valid", { about: "a Deployment and a Service", args: validate("valid.yaml") })
  recorder.file("wrong-type.yaml", [deployment("  replicas: two"), service].join("---\n"))
  recorder.record("invalid", { about: "replicas is a word", args: validate("wrong-type.yaml") })
  recorder.file("unknown-field.yaml", deployment("  replica: 2"))
  recorder.record("unknown-field", { about: "a misspelt field", args: validate("unknown-field.yaml") })
  recorder.file("unknown-kind.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\n")
  recorder.record("no-schema", { about: "a kind without a schema", args: validate("unknown-kind.yaml") })
  recorder.file("broken.yaml", "apiVersion: v1\nkind: [\n")
  recorder.record("no-yaml", { about: "a file that is no YAML", args: validate("broken.yaml") })
  recorder.file("empty.yaml", "")
  recorder.record("empty", { about: "a file without any resource", args: validate("empty.yaml") })
  recorder.record("missing-file", { about: "a file that does not exist", args: validate("nowhere.yaml") })
  recorder.finish("v0.7.0")
}
