import { Register } from "../../../node_modules/@dagger.io/dagger/dist/src/module/entrypoint/register.js"
import type { DaggerModule } from "../../../node_modules/@dagger.io/dagger/dist/src/module/introspector/dagger_module/index.js"

/** Tells the engine what the module declares, and returns the module's ID. */
export function register(module: DaggerModule): Promise<string> {
  return new Register(module).run()
}
