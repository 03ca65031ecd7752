{{- /* What identifies the pods of a component; never changes over its life. */ -}}
{{- define "app.selector" -}}
app.kubernetes.io/name: {{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "app.version" -}}
app.kubernetes.io/version: {{ .Values.global.version | default "unversioned" | replace "+" "_" | trunc 63 | quote }}
{{- end -}}

{{- define "app.labels" -}}
{{ include "app.selector" . }}
app.kubernetes.io/part-of: {{ .root.Values.global.partOf | default .root.Release.Name }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{ include "app.version" .root }}
{{- end -}}

{{- /* Smallest number of pods that a component runs with. */ -}}
{{- define "app.minimum" -}}
{{- if .autoscaling }}{{ .autoscaling.minReplicas }}{{ else }}{{ .replicas }}{{ end -}}
{{- end -}}

{{/* A value as text. Helm reads every number as a floating-point number, and writes a large one as 1.048576e+07. */}}
{{- define "app.text" -}}
{{- if kindIs "float64" . }}{{ toJson . }}{{ else }}{{ toString . }}{{ end }}
{{- end }}
