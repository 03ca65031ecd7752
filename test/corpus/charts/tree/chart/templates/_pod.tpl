{{- define "image" -}}
{{ .Values.components.web.image.repository }}@{{ .Values.components.web.image.digest }}
{{- end }}
{{- define "securityContext" -}}
{ runAsNonRoot: true, runAsUser: 1001, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }, seccompProfile: { type: RuntimeDefault } }
{{- end }}
