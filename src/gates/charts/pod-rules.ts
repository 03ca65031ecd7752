import type { Rules } from "../rule.ts"

const podSecurity = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"

/** The rules for every pod: in the order in which src/chart/policy.ts holds them. */
export const podRules: Rules = {
  "policy-privileged": {
    what: "A container runs privileged, or as a host process of Windows.",
    why: "It has the rights of root on its node: whoever breaks into it has the node.",
    mend: "Leave out securityContext.privileged.",
    readOn: podSecurity,
  },
  "policy-proc-mount": {
    what: "A container sees all of /proc (procMount is not Default).",
    why: "What Kubernetes masks there tells about the node and lets change it.",
    mend: "Leave out securityContext.procMount.",
    readOn: podSecurity,
  },
  "policy-privilege-escalation": {
    what: "A container may gain privileges that it was not started with, by a setuid program.",
    why: "A process that starts without rights does not stay without them.",
    mend: "Set securityContext.allowPrivilegeEscalation: false.",
    readOn: podSecurity,
  },
  "policy-root-user": {
    what: "A container may run as root: runAsNonRoot is not true, or runAsUser is 0.",
    why: "Root in a container is root on its node where something else fails.",
    mend: "Set securityContext.runAsNonRoot: true and a runAsUser above 0, of the pod or of the container.",
    readOn: podSecurity,
  },
  "policy-writable-root": {
    what: "The root file system of a container can be written to.",
    why: "Whoever breaks into it can replace its programs, and what it writes beside itself is lost with the pod.",
    mend: "Set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where it has to write, such as /tmp.",
    readOn: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  },
  "policy-capabilities": {
    what: "A container keeps capabilities of Linux, or adds some.",
    why: "Each of them is a part of what root may do; a service that listens above port 1024 needs none.",
    mend: "Set securityContext.capabilities.drop: [ALL], and add none.",
    readOn: podSecurity,
  },
  "policy-seccomp": {
    what: "A container has no seccomp profile.",
    why: "It may make every system call of the kernel, also those that no service needs and exploits do.",
    mend: "Set securityContext.seccompProfile.type: RuntimeDefault, of the pod or of the container.",
    readOn: podSecurity,
  },
  "policy-image-digest": {
    what: "A container names its image without a digest.",
    why: "A tag may be another image on every node and at every restart; only a digest is what was judged and verified.",
    mend: "Name it as repository@sha256:…; of a component, by the values that Signalbox sets.",
  },
  "policy-memory-limit": {
    what: "A container has no limit of memory.",
    why: "One that leaks takes the memory of its neighbours, and the node ends whichever process it chooses.",
    mend: "Set resources.limits.memory, above what the load test has needed.",
    readOn: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  },
  "policy-host-namespace": {
    what: "A pod shares the network, the processes or the IPC of its host.",
    why: "It sees the traffic and the processes of everything else on the node.",
    mend: "Leave out hostNetwork, hostPID and hostIPC.",
    readOn: podSecurity,
  },
  "policy-host-path": {
    what: "A pod, or a PersistentVolume that it may claim, mounts a directory of the host.",
    why: "What is written there is the node's: credentials, sockets of its runtime, the data of others.",
    mend: "Use an emptyDir, or a claim of a storage class, instead of hostPath and local.",
    readOn: podSecurity,
  },
}
