import { SignalboxError } from "../../domain/index.ts"
import type { Clock } from "../clock.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { Children, RunningChild } from "../process/children.ts"
import type { EnvironmentSettings } from "../settings.ts"
import { serviceProxyPath } from "./service-address.ts"

const startMs = 15_000

/** How tests reach the application. */
export interface Access {
  /** Base address of a component, without trailing slash. Default component: the environment's. */
  baseUrl(component: string | undefined): Promise<string>
  /** @throws TOOL_FAILED when the proxy could not be stopped; one that is already gone is as good as stopped. */
  close(): Promise<void>
}

export interface AccessRequest {
  readonly environment: Pick<EnvironmentSettings, "access" | "namespace" | "release">
  readonly api: ClusterApi
  readonly children: Children
  readonly clock: Clock
  readonly kubeconfig: string
}

/** By URL, or through kubectl's proxy on 127.0.0.1, which lets nothing pass but this namespace's Services. */
export function openAccess(request: AccessRequest): Access {
  const { access } = request.environment
  if (access.kind === "url") {
    const base = access.url.replace(/\/$/, "")
    return { baseUrl: async () => base, close: async () => {} }
  }
  let proxy: Promise<Proxy> | undefined
  /** One that has ended, or never began, is started again: what is tested is the application, not the way to it. */
  const running = async (): Promise<Proxy> => {
    const known = await proxy?.catch(() => undefined)
    if (known !== undefined && !known.child.ended()) return known
    proxy = startProxy(request)
    return proxy
  }
  return {
    baseUrl: async (component) => {
      const { address } = await running()
      // Asked for each time: another version of the chart may name the Service in another way.
      return (
        address + (await serviceProxyPath(request.api, request.environment, component ?? access.component))
      )
    },
    close: async () => {
      // One that did not start was told to whoever asked for its address.
      const started = await proxy?.catch(() => undefined)
      if (started !== undefined) stopProxy(started.child)
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

async function startProxy(request: AccessRequest): Promise<Proxy> {
  const { namespace } = request.environment
  const child = request.children.start("kubectl", [
    "proxy",
    "--kubeconfig",
    request.kubeconfig,
    "--address",
    "127.0.0.1",
    "--port",
    "0",
    "--accept-paths",
    `^/api/v1/namespaces/${namespace}/services/[^/]+/proxy(/.*)?$`,
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
