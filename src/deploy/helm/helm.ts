import type { KnownSecrets } from "../../chart/index.ts"

/** The result of a Helm command. */
export type HelmOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly why: HelmFailure
      /** Helm's own words, one line. */
      readonly message: string
    }

/**
 * Why Helm failed: `not-ready` = pods did not become ready in time or failed; `conflict` = fields owned by another
 * manager; `busy` = another Helm operation is pending; `unreachable` = no API server; `other` = anything else.
 */
export type HelmFailure = "not-ready" | "conflict" | "busy" | "unreachable" | "other"

export interface UpgradeRequest {
  /** Directory of a rendered chart: what is applied is what was planned, whatever its templates would ask the cluster. */
  readonly chart: string
  /** Values files, later ones win. */
  readonly values: readonly string[]
  readonly timeoutMs: number
  /** Shown in `helm history`. */
  readonly description: string
}

/** Helm, as far as a deployment needs it. A signal that aborts ends the child at once. */
export interface Helm {
  /** The rendered manifests. @throws CONFIG_INVALID when the chart does not render, OUTPUT_UNREADABLE when they are too many. */
  template(chart: string, values: readonly string[], options: TemplateOptions): Promise<string>
  /** Installs or upgrades and waits until all pods are ready. Never rolls back by itself. */
  upgrade(request: UpgradeRequest, signal: AbortSignal): Promise<HelmOutcome>
  /** Back to a revision, waiting until all pods are ready. */
  rollback(revision: number, timeoutMs: number, signal: AbortSignal): Promise<HelmOutcome>
}

export interface TemplateOptions {
  readonly isUpgrade: boolean
  /** `v1.36.3`, for the chart's capability checks. */
  readonly kubeVersion: string | null
  /** What the cluster serves beyond what Helm knows, for the same checks. */
  readonly apiVersions: readonly string[]
  readonly includeCrds?: boolean
}

/** Reads Helm's error text; the only place that knows its wording. What it quotes of a secret is taken out. */
export function classifyHelmFailure(
  stderr: string,
  secrets: KnownSecrets,
): { why: HelmFailure; message: string } {
  // Before a line is picked: the first line of a secret that has several would not be known as one.
  const lines = secrets.hide(stderr.trim()).split("\n")
  const line = lines.findLast((one) => /^(Error|error):/.test(one)) ?? lines.at(-1) ?? ""
  const message = line.replace(/^Error: (?:UPGRADE FAILED: )?/i, "").slice(0, 400)
  return { why: reason(stderr.trim()), message: message === "" ? "Helm failed without a word" : message }
}

/**
 * The API server, or what stands before it, gave no answer of its own, which says nothing about the release.
 * Connections that break are worded by Go's net and net/http, the rest by client-go.
 */
const away = [
  /cluster unreachable|connection refused|no such host|i\/o timeout|TLS handshake timeout/i,
  /\b(?:dial|read|write) tcp\b|\bEOF\b|connection reset by peer|broken pipe|network is unreachable/,
  /http2: (?:client connection lost|server sent GOAWAY)|error when reading response body/,
  /the server is currently unable to handle the request|the apiserver is shutting down/i,
  /an error on the server \(".*"\) has prevented the request from succeeding/,
  /too many requests|etcdserver: (?:leader changed|request timed out|no leader)/i,
]

function reason(text: string): HelmFailure {
  if (/another operation \(install\/upgrade\/rollback\) is in progress/.test(text)) return "busy"
  if (/Apply failed with \d+ conflict|conflict occurred while applying|conflicts? with "/.test(text))
    return "conflict"
  if (away.some((pattern) => pattern.test(text))) return "unreachable"
  if (
    /context deadline exceeded|not ready|timed out waiting|progress deadline|InProgress|resource .* failed/i.test(
      text,
    )
  )
    return "not-ready"
  return "other"
}
