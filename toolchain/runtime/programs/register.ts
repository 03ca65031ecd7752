import { resolveChain, type Send } from "./batch.ts"
import { type Declared, declareModule } from "./declare.ts"

/**
 * Tells the engine what the module declares, and returns the module's ID. The result is that of the official
 * `Register`, which asks for the ID of every argument, type and place one after the other: hundreds of requests for a
 * module of fifty functions, where seven do.
 */
export const register = (send: Send, module: Declared): Promise<string> =>
  resolveChain(send, (id) => declareModule(module, id))
