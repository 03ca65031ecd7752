import { Recorder } from "./recorder.ts"

const configMap = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  greeting: ${data}\n`

export function recordHelm(binary: string): void {
  const recorder = new Recorder("helm", binary)
  const chart = (name: string, template: string, extra = "icon: https://example.com/icon.png\n") => {
    recorder.file(`${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${extra}`)
    recorder.file(`${name}/values.yaml`, "greeting: hello\n")
    recorder.file(`${name}/templates/configmap.yaml`, template)
  }
  const lint = (name: string) => ["lint", "--strict", "--color", "never", name]
  chart("good", configMap("{{ .Values.greeting | quote }}"))
  recorder.record("lint-ok", { about: "a chart without a fault", args: lint("good") })
  chart("plain", configMap("{{ .Values.greeting | quote }}"), "")
  recorder.record("lint-info", { about: "a chart without an icon", args: lint("plain") })
  chart("faulty", configMap('{{ required "greeting.text is needed" .Values.text }}'))
  recorder.record("lint-error", { about: "a required value is missing", args: lint("faulty") })
  chart("unclosed", configMap("{{ .Values.greeting "))
  recorder.record("lint-parse-error", { about: "a template that does not parse", args: lint("unclosed") })
  chart("misnamed", configMap("{{ .Values.greeting | quote }}").replace("{{ .Release.Name }}", "Wrong_Name"))
  recorder.record("lint-warning", { about: "a name that Kubernetes refuses", args: lint("misnamed") })
  recorder.record("lint-no-chart", { about: "a directory that does not exist", args: lint("nowhere") })
  recorder.record("template-ok", { about: "rendered manifests", args: ["template", "web", "good"] })
  recorder.record("template-error", { about: "rendering fails", args: ["template", "web", "faulty"] })
  recorder.finish("v4.3.1")
}
