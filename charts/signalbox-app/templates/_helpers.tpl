{{- /* Name of a component's objects: RELEASE-COMPONENT. */ -}}
{{- define "app.name" -}}
{{- printf "%s-%s" .release .component | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* What identifies the pods of a component; never changes over its life. */ -}}
{{- define "app.selector" -}}
app.kubernetes.io/name: {{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "app.labels" -}}
{{ include "app.selector" . }}
app.kubernetes.io/part-of: {{ .root.Values.global.partOf | default .root.Release.Name }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- with .root.Values.global.version }}
app.kubernetes.io/version: {{ . | replace "+" "_" | trunc 63 | quote }}
{{- end }}
{{- end -}}

{{- /* Smallest number of pods that a component runs with. */ -}}
{{- define "app.minimum" -}}
{{- if .autoscaling }}{{ .autoscaling.minReplicas }}{{ else }}{{ .replicas }}{{ end -}}
{{- end -}}
