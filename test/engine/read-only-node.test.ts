/** Images of Node components, run as a cluster runs them by our chart: nothing of their files can be written. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { type Project, project } from "./support/project.ts"
import { answersReadOnly } from "./support/read-only.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

describe("where nothing but /tmp can be written", () => {
  let parts: Project
  beforeAll(async () => {
    parts = await project("parts-staging", "parts")
  })
  afterAll(() => parts[Symbol.asyncDispose]())

  it("the built-in nginx serves on port 8080, by its own user and without any capability", async () => {
    const asked = { component: "site", port: 8080 }
    expect(await answersReadOnly(parts, { ...asked, path: "/health" })).toMatchObject({
      // Its health check asks with wget.
      ...{ status: 200, body: "ok\n", user: "1001:1001", needless: ["usr/bin/wget"] },
    })
    expect(await answersReadOnly(parts, { ...asked, path: "/some/route" })).toMatchObject({
      ...{ status: 200, body: expect.stringContaining('<p id="api">') },
    })
  })

  it("a service in Node answers, by its own user, without a shell and a package manager", async () => {
    expect(await answersReadOnly(parts, { component: "api", port: 8080, path: "/" })).toMatchObject({
      ...{ status: 200, body: "ok", user: "1001:1001", needless: [] },
    })
  })
})
