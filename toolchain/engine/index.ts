export { linkCommandLine, unlinkCommandLine } from "./command-line.ts"
export type { EngineInstance } from "./instance.ts"
export {
  clearInstances,
  type InstanceOptions,
  knownInstances,
  removeInstance,
  startInstance,
  stopInstances,
} from "./instances.ts"
export { engineBinaries } from "./modules.ts"
export { type ExternalEngine, findExternalEngine } from "./official.ts"
export {
  type EngineParts,
  engineAddress,
  engineService,
  engineStatus,
  stopEngine,
} from "./service.ts"

/** Debian packages that the engine calls while it runs. */
export const enginePackages: readonly string[] = [
  "runc",
  "dnsmasq-base",
  "iptables",
  "nftables",
  "iproute2",
  "git",
  "pigz",
  "ripgrep",
  "e2fsprogs",
]
