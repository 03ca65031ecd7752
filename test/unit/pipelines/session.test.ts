import { describe, expect, it } from "vitest"
import { type Inputs, Session } from "../../../pipelines/session.ts"

const inputs = {} as Inputs

describe("the nonce of effects", () => {
  it("differs at every look, because the world may have changed since the last one", () => {
    const session = new Session(inputs)
    expect(new Set([session.nonce, session.nonce, session.nonce]).size).toBe(3)
  })

  it("is never shared with the session over another source tree", () => {
    const session = new Session(inputs)
    const other = session.over(inputs.source)
    expect(other.id).toBe(session.id)
    expect(new Set([session.nonce, other.nonce, session.nonce, other.nonce]).size).toBe(4)
  })
})
