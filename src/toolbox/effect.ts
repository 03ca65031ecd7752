import type { Container } from "@dagger.io/dagger"

/**
 * A container whose next exec is not answered from the cache. The engine caches equal execs even inside a function that
 * is never cached: every exec that reads or changes external state must go through here.
 * @param nonce unique per CLI call.
 */
export function effect(container: Container, nonce: string): Container {
  return container.withEnvVariable("SIGNALBOX_NONCE", nonce)
}
