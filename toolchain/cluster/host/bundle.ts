import { variables } from "../node/settings.ts"

/** What a container of the node program is made of. */
export interface BundleOptions {
  /** The image's root file system; it is never written to. */
  readonly rootfs: string
  /** Directory on the host that keeps the state. */
  readonly state: string
  /** Below the root of every control group hierarchy. */
  readonly cgroup: string
  readonly plainRegistries: readonly string[]
  /** The host's file that names its name servers. */
  readonly resolvConf: string
  /** All capabilities the machine knows, as the runtime calls them. */
  readonly capabilities: readonly string[]
}

/** First process of the container, also in the embedded image: reaps orphans and hands on signals. */
export const entrypoint = [
  "/usr/bin/tini",
  "-s",
  "--",
  "/usr/bin/unshare",
  "--mount",
  "--cgroup",
  "--",
  "/usr/local/bin/node",
  "/opt/cluster/node.mjs",
] as const

export const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/**
 * The OCI runtime configuration of a node: namespaces of its own, and inside them everything that a kubelet has on
 * a machine of its own. It gets no more than root on this host has, and its root file system is read-only.
 */
export function bundle(options: BundleOptions): unknown {
  const all = options.capabilities
  return {
    ociVersion: "1.0.2",
    process: {
      user: { uid: 0, gid: 0 },
      cwd: "/",
      args: entrypoint,
      env: [
        `PATH=${searchPath}`,
        `${variables.durable}=true`,
        `${variables.plainRegistries}=${options.plainRegistries.join(",")}`,
      ],
      capabilities: { bounding: all, effective: all, permitted: all, inheritable: all },
      oomScoreAdj: 0,
    },
    root: { path: options.rootfs, readonly: true },
    hostname: "signalbox-node",
    mounts: [...systemMounts, ...writable, ...bindMounts(options)],
    linux: {
      cgroupsPath: `/${options.cgroup}`,
      namespaces: ["pid", "network", "ipc", "uts", "mount", "cgroup"].map((type) => ({ type })),
      resources: { devices: [{ allow: true, access: "rwm" }] },
      // The kubelet watches the kernel's log for processes that ran out of memory.
      devices: [{ path: "/dev/kmsg", type: "c", major: 1, minor: 11, fileMode: 0o600, uid: 0, gid: 0 }],
    },
  }
}

const mount = (destination: string, type: string, options: readonly string[]) => ({
  destination,
  type,
  source: type,
  options,
})

const systemMounts = [
  mount("/proc", "proc", []),
  mount("/dev", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=64m"]),
  mount("/dev/pts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
  mount("/dev/shm", "tmpfs", ["nosuid", "noexec", "nodev", "mode=1777"]),
  mount("/dev/mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
  mount("/sys", "sysfs", ["nosuid", "noexec", "nodev"]),
  mount("/sys/fs/cgroup", "cgroup", ["nosuid", "noexec", "nodev"]),
]

/** Written to while it runs, and gone with it. */
const writable = ["/run", "/tmp", "/var/log", "/var/lib/cni"].map((path) =>
  mount(path, "tmpfs", ["nosuid", "nodev", path === "/tmp" ? "mode=1777" : "mode=755"]),
)

const bindMounts = ({ state, resolvConf }: BundleOptions) => [
  { destination: "/var/lib/cluster", type: "bind", source: state, options: ["rbind", "rw"] },
  { destination: "/etc/resolv.conf", type: "bind", source: resolvConf, options: ["bind", "ro"] },
]

/** The names of capabilities, in the order of their numbers. */
const capabilityNames = (
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE " +
  "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT " +
  "SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE " +
  "AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ " +
  "PERFMON BPF CHECKPOINT_RESTORE"
).split(" ")

/** The capabilities of the process whose `/proc/PID/status` this is. */
export function capabilitiesIn(status: string): readonly string[] {
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`)
  return capabilityNames.filter((_, bit) => (mask >> BigInt(bit)) & 1n).map((name) => `CAP_${name}`)
}
