import { context, propagation, trace } from "@opentelemetry/api"
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks"
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core"
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources"
import { BasicTracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace-base"

export interface NodeSDKOptions {
  readonly serviceName: string
  readonly spanProcessors: SpanProcessor[]
}

/**
 * Stands in for the class of the same name in "@opentelemetry/sdk-node": the part of it that the SDK uses, traces.
 * The package itself also loads gRPC, metrics, logs and a configuration language: 2 MB of code on each call.
 */
export class NodeSDK {
  readonly #provider: BasicTracerProvider

  constructor({ serviceName, spanProcessors }: NodeSDKOptions) {
    const resource = defaultResource().merge(resourceFromAttributes({ "service.name": serviceName }))
    this.#provider = new BasicTracerProvider({ resource, spanProcessors })
  }

  start(): void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    propagation.setGlobalPropagator(
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
    )
    trace.setGlobalTracerProvider(this.#provider)
  }

  shutdown(): Promise<void> {
    return this.#provider.shutdown()
  }
}
