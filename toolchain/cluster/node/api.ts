import { Agent, type RequestOptions, request } from "node:https"
import type { Identity } from "./kubeconfig.ts"

/** An object of the API, as far as this program looks into it. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

export interface ApiOptions {
  /** `https://host:port` */
  readonly server: string
  /** The authority's certificate, PEM. */
  readonly authority: string
  readonly identity: Identity
  /** Longest wait for an answer. Default: 10,000 ms. */
  readonly timeoutMs?: number
}

/** The API server said no. */
export class ApiError extends Error {
  override readonly name = "ApiError"
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const fieldManager = "signalbox-toolchain"

/** Path segment of each kind that is applied here, and whether it lives in a namespace. */
const resources: Readonly<Record<string, { readonly plural: string; readonly namespaced: boolean }>> = {
  Namespace: { plural: "namespaces", namespaced: false },
  ServiceAccount: { plural: "serviceaccounts", namespaced: true },
  ConfigMap: { plural: "configmaps", namespaced: true },
  Service: { plural: "services", namespaced: true },
  Deployment: { plural: "deployments", namespaced: true },
  Role: { plural: "roles", namespaced: true },
  RoleBinding: { plural: "rolebindings", namespaced: true },
  ClusterRole: { plural: "clusterroles", namespaced: false },
  ClusterRoleBinding: { plural: "clusterrolebindings", namespaced: false },
  StorageClass: { plural: "storageclasses", namespaced: false },
}

/** A client of the API server, for the handful of calls that the toolchain itself makes. */
export class ApiClient {
  readonly #server: string
  readonly #connection: RequestOptions

  constructor({ server, authority, identity, timeoutMs = 10_000 }: ApiOptions) {
    this.#server = server
    const credentials =
      "token" in identity
        ? { headers: { authorization: `Bearer ${identity.token}` } }
        : { cert: identity.certificate, key: identity.key }
    const agent = new Agent({ keepAlive: true })
    this.#connection = { agent, ca: authority, timeout: timeoutMs, ...credentials }
  }

  /**
   * @throws ApiError when the server refuses
   * @throws Error when it cannot be reached
   */
  async get(path: string): Promise<unknown> {
    return this.#call("GET", path)
  }

  /** Sends an object to be created, or a request of the `create` kind such as one for a token. */
  async post(path: string, body: unknown): Promise<unknown> {
    return this.#call("POST", path, body, "application/json")
  }

  /** Makes an object exist as given, by server-side apply. */
  async apply(object: KubeObject): Promise<void> {
    const query = `fieldManager=${fieldManager}&force=true`
    await this.#call("PATCH", `${objectPath(object)}?${query}`, object, "application/apply-patch+yaml")
  }

  /** Lets go of its connections. */
  close(): void {
    const { agent } = this.#connection
    if (agent instanceof Agent) agent.destroy()
  }

  #call(method: string, path: string, body?: unknown, contentType?: string): Promise<unknown> {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const headers = {
      ...this.#connection.headers,
      accept: "application/json",
      ...(contentType ? { "content-type": contentType } : {}),
    }
    return new Promise((resolve, reject) => {
      const call = request(
        new URL(path, this.#server),
        { ...this.#connection, method, headers },
        (response) => {
          const chunks: Buffer[] = []
          response.on("error", reject)
          response.on("data", (chunk: Buffer) => chunks.push(chunk))
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString()
            const status = response.statusCode ?? 0
            if (status >= 200 && status < 300) resolve(parsed(text))
            else reject(new ApiError(status, `${method} ${path}: ${status} ${messageOf(text)}`))
          })
        },
      )
      call.on("timeout", () => call.destroy(new Error(`${method} ${path}: no answer in time`)))
      call.on("error", reject)
      call.end(payload)
    })
  }
}

/** Where an object lives: `/apis/apps/v1/namespaces/default/deployments/web`. */
export function objectPath({ apiVersion, kind, metadata }: KubeObject): string {
  const resource = resources[kind]
  if (!resource) throw new Error(`no path is known for kind ${kind}`)
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : ""
  return `${base}${namespace}/${resource.plural}/${metadata.name}`
}

/** Answers of health checks are words, everything else is JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

function messageOf(text: string): string {
  const answer = parsed(text)
  if (typeof answer === "object" && answer !== null && "message" in answer) return String(answer.message)
  return text.slice(0, 500)
}
