/** Section "proof", over one shop that CI has released to staging: setting it up takes longer than most attacks. */
import { afterAll, beforeAll, describe } from "vitest"
import { callAttacks } from "./proof/call.ts"
import { registryAttacks } from "./proof/registry.ts"
import { everyTag, type Scene, scene } from "./support/scene.ts"

let shop: Scene

beforeAll(async () => {
  shop = await scene({ config: everyTag })
})
afterAll(() => shop?.[Symbol.asyncDispose]())

describe("evidence of the attacker's in the registry", () => registryAttacks(() => shop))
describe("the attacker beside a call of CI's", () => callAttacks(() => shop))
