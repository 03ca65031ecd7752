import type { Container } from "@dagger.io/dagger"

/**
 * A container whose next exec really runs. The engine answers an exec that it has seen before from its cache, even
 * inside a function that is never cached; whatever reads or changes the world has to come through here.
 * @param nonce fresh per CLI call.
 */
export function effect(container: Container, nonce: string): Container {
  return container.withEnvVariable("SIGNALBOX_NONCE", nonce)
}
