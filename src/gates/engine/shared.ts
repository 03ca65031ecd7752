import { type Component, componentNamed } from "../../config/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { GateContext } from "../gate.ts"
import { makeWorkshop } from "./components.ts"
import { runTests } from "./tests.ts"

/** What a call gives to its gates; the rest of their context is made here. */
export type GivenContext = Omit<GateContext, "tests" | "workshop">

/** The context of all gates of a call: what several of them need is made once. */
export function sharedContext(given: GivenContext): GateContext {
  const workshop = onceEach((component: Component) => makeWorkshop(given, component))
  const shared = { ...given, images: once(() => given.images()), workshop }
  return {
    ...shared,
    tests: onceEach((name) => runTests({ ...shared, tests: never }, componentNamed(given.config, name))),
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work()
    return result
  }
}

function onceEach<K, V>(work: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const results = new Map<K, Promise<V>>()
  return (key) => {
    const started = results.get(key) ?? work(key)
    results.set(key, started)
    return started
  }
}

function never(): never {
  throw new SignalboxError("INTERNAL", { what: "tests do not read tests" })
}
