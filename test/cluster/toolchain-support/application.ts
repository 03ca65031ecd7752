import { network } from "../../../toolchain/network.ts"
import { versions } from "../../../toolchain/versions.ts"

const image = `${network.toolImages}/busybox:${versions.debian}`

/**
 * A page served by two pods, and a job that finds it by its name in the cluster and keeps what it read on a volume:
 * registry, pod network, service addresses, names and storage in one go.
 */
export const application = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: ${image}
          command: [sh, -c, "echo it works > /tmp/index.html; exec httpd -f -p 8080 -h /tmp"]
          readinessProbe: { httpGet: { path: /index.html, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: kept }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
---
${reader("first", "wget -qO- http://web.$NAMESPACE.svc.cluster.local/ > /kept/page")}
`

/** A job that runs a shell line with the volume at /kept until it succeeds. */
export function reader(name: string, line: string): string {
  return `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: ${image}
          command: [sh, -c, "for i in 1 2 3 4 5 6 7 8 9 10; do ${line} && break; sleep 1; done; cat /kept/page"]
          env: [{ name: NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }]
          volumeMounts: [{ name: kept, mountPath: /kept }]
      volumes: [{ name: kept, persistentVolumeClaim: { claimName: kept } }]
`
}
