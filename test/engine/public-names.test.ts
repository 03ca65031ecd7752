/**
 * The machine that reaches public registries, tried without them: a second engine has a mirror for each, in which stand-ins
 * have the public names. The committed toolbox.yaml, with their digests, is all that the gates need of images.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { parse, stringify } from "yaml"
import { finalError } from "./harness/index.ts"
import { engineIsBuilt, type FurtherEngine, startEngine } from "./support/further-engine.ts"
import { type Project, project } from "./support/project.ts"
import { libraryRoot } from "./support/repository.ts"
import { mirrors, publishStandIns } from "./support/stand-ins.ts"

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 900_000 })

describe.runIf(await engineIsBuilt())("the committed toolbox, with the digests of stand-ins", () => {
  let connected: FurtherEngine
  let here: Project

  beforeAll(async () => {
    const committed = parse(await readFile(join(libraryRoot, "toolbox.yaml"), "utf8"))
    const digests = await publishStandIns(committed.tools)
    here = await project("connected-staging", "plain")
    const own = parse(await here.files.read("toolbox.yaml"))
    const tools = Object.fromEntries(
      Object.entries<object>(committed.tools).map(([name, tool]) => [
        name,
        { ...tool, digest: digests[name] },
      ]),
    )
    // Advisories and schemas have no public image: as an organisation does, this one names its own.
    const { databases, schemas } = own
    await here.write({ "toolbox.yaml": stringify({ ...committed, tools, databases, schemas }) })
    connected = await startEngine({ instance: "connected", reach: "machine", mirrors })
  })
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
    await connected?.[Symbol.asyncDispose]()
  })

  it("gives green gates, and evidence by the public names and those digests", async () => {
    const outcome = await here.call(["gates", "json"], { env: connected.environment, timeout: 1150 })
    expect(finalError(outcome)).toBe("")
    const { verdict, gates } = JSON.parse(outcome.stdout)
    expect(gates.filter((one: { verdict: string }) => one.verdict === "error")).toEqual([])
    expect(verdict).toBe("pass")
    const images = gates.flatMap(({ tools }: { tools: { image?: string }[] }) =>
      tools.map(({ image }) => image),
    )
    expect(images).toContainEqual(expect.stringMatching(/^docker\.io\/aquasec\/trivy:.+@sha256:/))
  })
})
