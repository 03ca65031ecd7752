/** M174 A worker beside a service: built and judged as any other component, and rendered without what serves requests. */
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { parseManifests } from "../../src/chart/index.ts"
import { finalError } from "./harness/index.ts"
import { judged, outputOf, seconds, summaries, toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"
import { uvLock } from "./support/uv-lock.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const program = `import time


def main() -> None:
    print("mails are sent", flush=True)
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
`

describe.runIf(toolboxHas("python"))("a worker", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("quotes-staging", "quotes")
    const config = await here.files.read("signalbox.yaml")
    const worker =
      "  mails: { path: api, language: python, kind: worker, entry: quotes.mails, coverageMinimum: 0 }\n"
    await here.write({
      "signalbox.yaml": config.replace("environments:", `${worker}environments:`),
      "api/src/quotes/mails.py": program,
    })
    await uvLock(join(here.files.path, "api"))
    await commitAll(here.files.path)
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("has an image without a port, started as what it is", async () => {
    const container = ["build", "--component", "mails", "container"]
    expect(await outputOf(here, ...container, "entrypoint")).toBe("/opt/venv/bin/python\n-m\nquotes.mails")
    expect(await outputOf(here, ...container, "exposed-ports", "port")).toBe("")
    expect(await outputOf(here, ...container, "user")).toBe("1001:1001")
  })

  it("passes the gates over images and charts", async () => {
    const report = await judged(here, "--only", "images,charts")
    expect(summaries(report)).toMatchObject({
      images: expect.stringMatching(/^pass: .*mails/),
      charts: expect.stringMatching(/^pass: /),
    })
  })

  it("is rendered by the built-in chart without Service, port and probes", async () => {
    const outcome = await here.call(
      ["render", "--environment", "staging", "file", "--path", "manifests.yaml", "contents"],
      {
        timeout: seconds,
      },
    )
    expect(finalError(outcome)).toBe("")
    const own = parseManifests(outcome.stdout).filter(
      ({ labels }) => labels["app.kubernetes.io/component"] === "mails",
    )
    expect(own.map(({ kind }) => kind).sort()).toEqual(["Deployment", "PodDisruptionBudget"])
    expect(JSON.stringify(own)).not.toMatch(/containerPort|[pP]robe"|preStop/)
  })
})
