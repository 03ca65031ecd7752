{{- /* What identifies the pods of a service; never changes over its life. */ -}}
{{- define "platform.selector" -}}
app.kubernetes.io/name: {{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "platform.labels" -}}
{{ include "platform.selector" . }}
app.kubernetes.io/part-of: intelliflow
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ required "global.version: Signalbox sets it" .root.Values.global.version | replace "+" "_" | trunc 63 | quote }}
{{- end -}}

{{- define "platform.image" -}}
{{- $image := (index .root.Values.components .component).image -}}
{{ printf "%s@%s" $image.repository $image.digest | quote }}
{{- end -}}

{{- /* Of every pod: no token, no root, nothing that a container could gain. */ -}}
{{- define "platform.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ add .Values.drainSeconds 20 }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1001
  runAsGroup: 1001
  fsGroup: 1001
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- /* Of every container; only /tmp may be written. */ -}}
{{- define "platform.container" -}}
imagePullPolicy: IfNotPresent
ports:
  - name: http
    containerPort: 8080
    protocol: TCP
lifecycle:
  preStop:
    sleep:
      seconds: {{ .Values.drainSeconds }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- end -}}

{{- /* Service, autoscaler and disruption budget of a service with its settings. */ -}}
{{- define "platform.around" -}}
{{- $context := dict "root" .root "component" .component }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .component }}
  labels:
    {{- include "platform.labels" $context | nindent 4 }}
spec:
  selector:
    {{- include "platform.selector" $context | nindent 4 }}
  ports:
    - name: http
      port: 80
      targetPort: http
      protocol: TCP
{{- with .settings.autoscaling }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $.component }}
  labels:
    {{- include "platform.labels" $context | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ $.component }}
  minReplicas: {{ .minReplicas }}
  maxReplicas: {{ .maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .cpu }}
{{- end }}
{{- if gt (int (.settings.autoscaling.minReplicas | default .settings.replicas)) 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .component }}
  labels:
    {{- include "platform.labels" $context | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "platform.selector" $context | nindent 6 }}
{{- end }}
{{- end -}}
