import type { EnvironmentConfig } from "../../config/schema/environment.ts"
import { SignalboxError } from "../../domain/index.ts"
import { trustAlso } from "../../verify/index.ts"
import type { Clock } from "../clock.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { Children, RunningChild } from "../process/children.ts"
import { serviceProxyPath } from "./service-address.ts"

const startMs = 15_000

/** How tests reach the application. */
export interface Access {
  /** Base address of a component, without trailing slash. Default component: the environment's. */
  baseUrl(component: string | undefined): Promise<string>
  /**
   * Ends every way to it; asking for an address again opens a new one.
   * @throws TOOL_FAILED when a proxy could not be stopped; one that is already gone is as good as stopped.
   */
  close(): Promise<void>
}

export interface AccessRequest {
  readonly environment: Pick<EnvironmentConfig, "access" | "namespace" | "release">
  readonly api: ClusterApi
  readonly children: Children
  readonly clock: Clock
  readonly kubeconfig: string
}

/**
 * By URL, or through a proxy of kubectl on 127.0.0.1 for each Service, which lets nothing pass but requests to that one:
 * it acts with the cluster's credential, and every program here can reach it.
 */
export function openAccess(request: AccessRequest): Access {
  const { access } = request.environment
  if (access.kind === "url") {
    const base = access.url.replace(/\/$/, "")
    if (access.ca !== undefined) trustAlso(access.ca)
    return { baseUrl: async () => base, close: async () => {} }
  }
  const proxies = new Map<string, Promise<Proxy>>()
  /** One that has ended, or never began, is started again: what is tested is the application, not the way to it. */
  const running = async (path: string): Promise<Proxy> => {
    const known = await proxies.get(path)?.catch(() => undefined)
    if (known !== undefined && !known.child.ended()) return known
    const started = startProxy(request, path)
    proxies.set(path, started)
    return started
  }
  return {
    baseUrl: async (component) => {
      // Looked up each time: another version of the chart may name the Service in another way.
      const path = await serviceProxyPath(request.api, request.environment, component ?? access.component)
      const { address } = await running(path)
      return address + path
    },
    close: async () => {
      const all = [...proxies.values()]
      proxies.clear()
      // A proxy that did not start has already failed the call for its address.
      const started = await Promise.all(all.map((one) => one.catch(() => undefined)))
      for (const one of started) if (one !== undefined) stopProxy(one.child)
    },
  }
}

interface Proxy {
  readonly address: string
  readonly child: RunningChild
}

function stopProxy(child: RunningChild): void {
  if (child.ended()) return
  try {
    child.stop()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new SignalboxError("TOOL_FAILED", { what: "kubectl proxy could not be stopped", why }, { cause })
  }
}

/** @param path of the Service; what follows it is the application's. */
async function startProxy(request: AccessRequest, path: string): Promise<Proxy> {
  const child = request.children.start("kubectl", [
    "proxy",
    "--kubeconfig",
    request.kubeconfig,
    "--address",
    "127.0.0.1",
    "--port",
    "0",
    "--accept-paths",
    `^${path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(/.*)?$`,
    // kubectl checks the decoded path and passes on the encoded one: the server that decodes it must not go up by it.
    "--reject-paths",
    "(^|/)[.][.](/|$)",
    "--reject-methods",
    "^CONNECT$",
  ])
  const deadline = request.clock.monotonic() + startMs
  for (;;) {
    const address = /Starting to serve on (127\.0\.0\.1:\d+)/.exec(child.output())?.[1]
    if (address !== undefined) return { address: `http://${address}`, child }
    if (child.ended() || request.clock.monotonic() > deadline) {
      child.stop()
      throw new SignalboxError("TOOL_FAILED", {
        what: "kubectl proxy did not start",
        why: child.output().trim().slice(-300) || `nothing was heard within ${startMs / 1000} s`,
      })
    }
    await request.clock.sleep(20)
  }
}
