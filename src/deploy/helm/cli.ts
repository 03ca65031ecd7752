import { type KnownSecrets, templateArguments } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import { assertWhole, type ProcessResult, type ProcessRunner } from "../../verify/index.ts"
import {
  classifyHelmFailure,
  type Helm,
  type HelmOutcome,
  type TemplateOptions,
  type UpgradeRequest,
} from "./helm.ts"

/** Helm's own limit is a little below ours, so that it can still write down what became of the release. */
const graceMs = 20_000

export interface HelmSettings {
  readonly release: string
  readonly namespace: string
  /** Path of the kubeconfig on the memory mount. */
  readonly kubeconfig: string
  /** `--history-max`. */
  readonly history: number
  /** Taken out of what Helm says: it quotes values and whole objects. */
  readonly secrets: KnownSecrets
}

/** Helm 4 as a child process. */
export class HelmCli implements Helm {
  readonly #processes: ProcessRunner
  readonly #settings: HelmSettings

  constructor(processes: ProcessRunner, settings: HelmSettings) {
    this.#processes = processes
    this.#settings = settings
  }

  async template(chart: string, values: readonly string[], options: TemplateOptions): Promise<string> {
    const { release, namespace } = this.#settings
    const args = templateArguments({ release, namespace, chart, values, ...options })
    const result = await this.#processes.run("helm", args, { timeoutMs: 60_000 })
    if (result.code === 0) {
      assertWhole(result, "helm template")
      return result.stdout
    }
    throw new SignalboxError("CONFIG_INVALID", {
      what: "the chart does not render",
      where: "helm template",
      why: classifyHelmFailure(result.stderr, this.#settings.secrets).message,
      next: "fix the chart or its values; `render` shows the same error without a cluster",
    })
  }

  async upgrade(request: UpgradeRequest, signal: AbortSignal): Promise<HelmOutcome> {
    const args = [
      "upgrade",
      this.#settings.release,
      request.chart,
      "--install",
      ...this.#common(request.timeoutMs),
      "--description",
      request.description,
      ...request.values.flatMap((file) => ["--values", file]),
    ]
    return this.#act(args, request.timeoutMs, signal)
  }

  async rollback(revision: number, timeoutMs: number, signal: AbortSignal): Promise<HelmOutcome> {
    const args = ["rollback", this.#settings.release, String(revision), ...this.#common(timeoutMs)]
    return this.#act(args, timeoutMs, signal)
  }

  #common(timeoutMs: number): readonly string[] {
    const { namespace, kubeconfig, history } = this.#settings
    return [
      "--namespace",
      namespace,
      "--kubeconfig",
      kubeconfig,
      "--history-max",
      String(history),
      "--wait",
      // The preflight has checked field ownership; half way through, and in a rollback, no other manager may stop it.
      "--server-side=true",
      "--force-conflicts",
      "--timeout",
      `${Math.ceil(timeoutMs / 1000)}s`,
    ]
  }

  async #act(args: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<HelmOutcome> {
    const result = await this.#processes.run("helm", args, { timeoutMs: timeoutMs + graceMs, signal })
    return result.code === 0 ? { ok: true } : failureOf(result, timeoutMs, this.#settings.secrets)
  }
}

function failureOf(result: ProcessResult, timeoutMs: number, secrets: KnownSecrets): HelmOutcome {
  if (result.timedOut)
    return { ok: false, why: "not-ready", message: `not ready within ${Math.round(timeoutMs / 1000)} s` }
  return { ok: false, ...classifyHelmFailure(result.stderr, secrets) }
}
