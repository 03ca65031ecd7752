import { chmod, mkdtemp, rm, statfs, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import type { Credentials } from "./credentials.ts"

const memoryFileSystems = new Set([0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */])

/** A directory of our own that lives in memory only; secrets are written nowhere else. */
export interface MemoryDirectory {
  readonly path: string
  remove(): Promise<void>
}

/**
 * A directory that only its owner may enter, or, `open`, that every user may read and only its owner may change: for
 * files that programs of the tests have to read, and never for a secret.
 * @throws CONFIG_INVALID when `parent` is not a memory file system.
 */
export async function memoryDirectory(
  parent: string,
  access: "private" | "open" = "private",
): Promise<MemoryDirectory> {
  const kind = await statfs(parent).catch(() => null)
  if (kind === null || !memoryFileSystems.has(kind.type))
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${parent} is not a memory file system`,
      why: "a kubeconfig must not reach a disk",
      next: "mount a tmpfs there, or name one with --memory",
    })
  const path = await mkdtemp(join(parent, "signalbox-"))
  await chmod(path, access === "open" ? 0o755 : 0o700)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Writes the kubeconfig that kubectl and helm use, mode 0600. Returns its path. */
export async function writeKubeconfig(
  directory: MemoryDirectory,
  credentials: Credentials,
  namespace: string,
): Promise<string> {
  const path = join(directory.path, "kubeconfig")
  await writeFile(path, JSON.stringify(kubeconfigOf(credentials, namespace)), { mode: 0o600, flag: "wx" })
  return path
}

function kubeconfigOf(credentials: Credentials, namespace: string): object {
  const { server, tlsServerName, ca, auth } = credentials
  const user =
    auth.kind === "token"
      ? { token: auth.token }
      : { "client-certificate-data": base64(auth.certificate), "client-key-data": base64(auth.key) }
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "target",
        cluster: {
          server,
          "certificate-authority-data": base64(ca),
          ...(tlsServerName === null ? {} : { "tls-server-name": tlsServerName }),
        },
      },
    ],
    users: [{ name: "signalbox", user }],
    contexts: [{ name: "target", context: { cluster: "target", user: "signalbox", namespace } }],
    "current-context": "target",
  }
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64")
}
