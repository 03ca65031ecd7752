/**
 * The examples that are repositories of their own, by this library's module: each component is built, run where nothing can be
 * written, and measured, and every gate that a release needs passes.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { ImageSize } from "../../src/build/sizes.ts"
import {
  judged,
  outputOf,
  packagesIn,
  pathsIn,
  seconds,
  summaries,
  toolboxHas,
} from "./support/built-language.ts"
import { exampleProject, type Project } from "./support/project.ts"
import { answersReadOnly } from "./support/read-only.ts"

// Packages of three languages are installed for the first time.
vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

interface Component {
  readonly name: string
  readonly health: string
  /** Largest size in bytes. */
  readonly most: number
  readonly starts: string
  /** Packages that its SBOM has. */
  readonly packages: readonly string[]
}

interface Example {
  readonly example: string
  readonly tools: readonly string[]
  readonly components: readonly Component[]
  /** What gates say. */
  readonly says: Readonly<Record<string, RegExp>>
}

const python = { most: 120_000_000, starts: "/opt/venv/bin/python" }

const examples: readonly Example[] = [
  {
    example: "pricing-agent",
    tools: ["python", "pythonSlim", "postgres"],
    components: [
      { name: "web", health: "/health", ...python, packages: ["django", "gunicorn", "psycopg"] },
      { name: "inference", health: "/health", ...python, packages: ["fastapi", "numpy", "uvicorn"] },
    ],
    says: {
      typecheck: /(?=.*inference: )(?=.*web: )/,
      unit: /(?=.*inference: 15 passed)(?=.*web: 21 passed)/,
      integration: /web: 3 passed/,
      charts: /./,
    },
  },
  {
    example: "intelliflow",
    tools: ["maven", "javaBase", "python", "pythonSlim"],
    components: [
      {
        name: "transactions",
        health: "/actuator/health/readiness",
        ...{ most: 180_000_000, starts: "/opt/java/bin/java" },
        packages: ["spring-web", "tomcat-embed-core"],
      },
      { name: "scoring", health: "/health", ...python, packages: ["fastapi", "uvicorn"] },
    ],
    says: {
      lint: /(?=.*scoring: )(?=.*transactions: )/,
      unit: /(?=.*scoring: 18 passed)(?=.*transactions: 14 passed)/,
      charts: /./,
    },
  },
]

for (const { example, tools, components, says } of examples)
  describe.runIf(tools.every(toolboxHas))(example, () => {
    let here: Project
    beforeAll(async () => {
      here = await exampleProject(example)
    })
    afterAll(() => here[Symbol.asyncDispose]())

    it("passes every gate that a release of it needs, and is warned of nothing", async () => {
      const report = await judged(here, "--context", "release")
      const found = report.gates.flatMap(({ gate, verdict, findings, errors }) =>
        ["pass", "skipped"].includes(verdict) ? [] : [{ gate, verdict, findings, errors }],
      )
      expect(found).toEqual([])
      expect(report).toMatchObject({ verdict: "pass", partial: false, staleWaivers: [] })
      const said = Object.entries(says).map(([gate, words]) => [
        gate,
        expect.stringMatching(new RegExp(`^pass: ${words.source}`)),
      ])
      expect(summaries(report)).toMatchObject(Object.fromEntries(said))
    })

    it("is within its sizes", async () => {
      const { images } = JSON.parse(await outputOf(here, "build", "sizes-json")) as {
        readonly images: readonly ImageSize[]
      }
      expect(images.map(({ component }) => component).sort()).toEqual(
        components.map(({ name }) => name).sort(),
      )
      for (const { component, bytes, withinBudget } of images) {
        expect(withinBudget).toBe(true)
        const most = components.find(({ name }) => name === component)?.most ?? 0
        expect(bytes, component).toBeLessThan(most)
      }
    })

    it.each(components)(
      "$name answers where nothing but /tmp can be written, by its own user",
      async (one) => {
        const { name, health } = one
        expect(await answersReadOnly(here, { component: name, port: 8080, path: health })).toMatchObject({
          ...{ status: 200, user: "1001:1001", needless: [] },
        })
      },
    )

    it.each(components)("$name is started by arguments, and has no test among its files", async (one) => {
      const of = ["build", "--component", one.name, "container"]
      expect((await outputOf(here, ...of, "entrypoint")).split("\n")[0]).toBe(one.starts)
      const paths = await pathsIn(here, one.name)
      expect(paths.filter((path) => /^app\/(?:.*\/)?tests?\//.test(path))).toEqual([])
    })

    it.each(components)("$name has its packages in the SBOM, and no tool of development", async (one) => {
      const names = (await packagesIn(here, one.name)).map((name) => name.toLowerCase())
      for (const name of one.packages)
        expect(names).toContainEqual(expect.stringMatching(new RegExp(`(?:^|[:/])${name}$`)))
      expect(names).not.toContain("pytest")
    })
  })

describe.runIf(["python", "pythonSlim"].every(toolboxHas))("the migration of pricing-agent", () => {
  it("is in the image that the hook runs in", async () => {
    await using here = await exampleProject("pricing-agent")
    const paths = await pathsIn(here, "web")
    expect(paths).toEqual(expect.arrayContaining(["app/manage.py", "app/pricing/migrations/0001_initial.py"]))
  })
})
