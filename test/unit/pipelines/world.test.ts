/** What gates may reach outside of a call: who gets the token of a server, and how often something is done. */
import type { Secret } from "@dagger.io/dagger"
import { describe, expect, it, vi } from "vitest"
import { worldOf } from "../../../pipelines/world.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { parseConfig } from "../../../src/config/index.ts"
import { minimalConfig } from "../config/texts.ts"

const sonarToken = {} as Secret
const policyOf = (server: string) =>
  parseConfig(`${minimalConfig}\ngates:\n  quality: { server: "${server}" }\n`, "signalbox.yaml")

function sessionOf(server: string, inputs: Partial<Inputs> = {}, call = new Session({} as Inputs)) {
  const config = policyOf(server)
  return new Session({ sonarToken, ...inputs } as Inputs, call.now, call.id).withPolicy({
    config,
    base: undefined,
  })
}

describe("the token of a server", () => {
  it("goes to the server that the policy in force names, with and without a slash at its end", async () => {
    const session = sessionOf("https://sonar.example.com/")
    expect(await worldOf(session, session).secretFor("https://sonar.example.com")).toBe(sonarToken)
  })

  it("goes to no server that only the tree's own policy names", async () => {
    const own = sessionOf("https://evil.example.com")
    const world = worldOf(own, sessionOf("https://sonar.example.com"))
    await expect(world.secretFor("https://evil.example.com")).rejects.toMatchObject({
      code: "POLICY_REFUSED",
      detail: { where: "https://evil.example.com" },
    })
  })
})

describe("what the tree is analysed as", () => {
  const analysed = (inputs: Partial<Inputs>) => {
    const session = sessionOf("https://sonar.example.com", inputs)
    return worldOf(session, session).analysedAs
  }

  it("is what the call says, and nothing where it says nothing", () => {
    expect(analysed({})).toBeUndefined()
    expect(analysed({ sonarBranch: "main" })).toEqual({ branch: "main" })
    expect(analysed({ sonarBranch: "feature/x", sonarPullRequest: "12:main" })).toEqual({
      branch: "feature/x",
      pullRequest: { key: "12", into: "main" },
    })
  })

  it.each([
    { sonarPullRequest: "12:main" },
    { sonarBranch: "x", sonarPullRequest: "main" },
    { sonarBranch: "x", sonarPullRequest: "12:" },
  ])("is refused where it is half said: %o", (inputs) => {
    expect(() => analysed(inputs)).toThrow(expect.objectContaining({ code: "USAGE" }))
  })
})

describe("what is done once in a call", () => {
  it("is not done again for a second policy over the same tree, and is for something else", async () => {
    const session = sessionOf("https://sonar.example.com")
    const second = session.withPolicy({ config: policyOf("https://other.example.com"), base: undefined })
    const work = vi.fn(async () => "done")
    const [one, other] = [worldOf(session, session), worldOf(second, session)]
    expect([await one.once("a", work), await other.once("a", work)]).toEqual(["done", "done"])
    expect(work).toHaveBeenCalledTimes(1)
    await other.once("b", work)
    expect(work).toHaveBeenCalledTimes(2)
  })
})
