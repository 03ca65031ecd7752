import { type DaggerModule, Register } from "./dagger.ts"

/** Tells the engine what the module declares, and returns the module's ID. */
export function register(module: DaggerModule): Promise<string> {
  return new Register(module).run()
}
