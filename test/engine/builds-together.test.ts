/** Several components are built at once, and what is wrong with each of them is told in one call. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { parseToolbox } from "../../src/toolbox/parse.ts"
import { findTool, imageAddress } from "../../src/toolbox/reference.ts"
import { finalError, uniqueName } from "./harness/index.ts"
import { type Project, project, told } from "./support/project.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const config = (base: string) => `schemaVersion: 1
project: shop
registry: registry.example
components:
  web: { path: web, language: dockerfile, port: 8080, buildArgs: { BASE: "${base}" } }
  api: { path: api, language: dockerfile, port: 8080, buildArgs: { BASE: "${base}" } }
environments: [staging]
`

/** Programs that Node runs one after the other; in each image of its own, as no build before it had them. */
const dockerfile = (...programs: readonly string[]) => `ARG BASE
FROM \${BASE}
ENV RUN=${uniqueName("run")}
${programs.map((program) => `RUN ${JSON.stringify(["node", "-e", program])}`).join("\n")}
USER 1001
ENTRYPOINT ["node"]
`

const noteTime = (file: string) => `require("fs").writeFileSync("${file}", String(Date.now()))`
const timed = () => dockerfile(noteTime("/began"), "setTimeout(() => {}, 8000)", noteTime("/ended"))

describe("two components with Dockerfiles", () => {
  let here: Project
  beforeAll(async () => {
    here = await project()
    const toolbox = parseToolbox(await here.files.read("toolbox.yaml"), "toolbox.yaml")
    await here.write({ "signalbox.yaml": config(imageAddress(findTool(toolbox, "node"))) })
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("are built at the same time", async () => {
    await here.write({ "web/Dockerfile": timed(), "api/Dockerfile": timed() })
    const sizes = await here.call(["build", "sizes-json"])
    expect(finalError(sizes)).toBe("")
    const moment = async (component: string, name: string) =>
      Number(
        (
          await here.call([
            "build",
            "--component",
            component,
            "container",
            "file",
            "--path",
            name,
            "contents",
          ])
        ).stdout,
      )
    const [webBegan, webEnded, apiBegan, apiEnded] = [
      await moment("web", "/began"),
      await moment("web", "/ended"),
      await moment("api", "/began"),
      await moment("api", "/ended"),
    ]
    expect(webEnded - webBegan).toBeGreaterThanOrEqual(8000)
    expect(Math.max(webBegan, apiBegan)).toBeLessThan(Math.min(webEnded, apiEnded))
  })

  it("of which both fail are both told, each with its own cause", async () => {
    const exits = (code: number) => dockerfile(`process.exit(${code})`)
    await here.write({ "web/Dockerfile": exits(7), "api/Dockerfile": exits(8) })
    const outcome = await here.call(["build", "sizes"])
    expect(outcome.code).not.toBe(0)
    const error = finalError(outcome)
    expect(told(error).errors).toEqual(["TOOL_FAILED: 2 of 2 components failed: web, api"])
    expect(error).toMatch(/web: TOOL_FAILED: the image of web could not be built[\s\S]*exit code: 7/)
    expect(error).toMatch(/api: TOOL_FAILED: the image of api could not be built[\s\S]*exit code: 8/)
  })
})
