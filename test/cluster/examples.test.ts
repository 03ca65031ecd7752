/** The examples that are repositories of their own, from their sources to a cluster: published, deployed, smoke-tested. */
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import { demoEnvironment } from "../../demo/environment-of.ts"
import { examples } from "../../demo/examples.ts"
import { applyFixture } from "../../demo/fixture.ts"
import { paths } from "../../toolchain/paths.ts"
import { finalError, type Outcome } from "../engine/harness/index.ts"
import { toolboxHas } from "../engine/support/built-language.ts"
import { exampleProject, type Project } from "../engine/support/project.ts"
import { libraryRoot } from "../engine/support/repository.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"
import { toolPath } from "./deploy-support/tools.ts"

// Everything is built for the first time, and the JVM starts on a machine that does other things, too.
vi.setConfig({ testTimeout: 1_500_000, hookTimeout: 300_000 })

const ended = (outcome: Outcome) => ({ code: outcome.code, error: finalError(outcome) })
const well = { code: 0, error: "" }

async function publish(here: Project, version = "1.0.0"): Promise<void> {
  expect(ended(await here.call(["publish", "--version", version], { timeout: 1400 }))).toEqual(well)
}

describe.runIf(["python", "pythonSlim", "postgres"].every(toolboxHas))("pricing-agent", () => {
  it("is deployed after its database was migrated, and the next release finds it migrated", async () => {
    const staging = await TestEnvironment.create("pricing-agent")
    try {
      await using here = await exampleProject("pricing-agent", {
        "signalbox.yaml": (text) => text.replace(/^environments: .*$/m, "environments: [staging]"),
        "environments/staging.yaml": (text) =>
          demoEnvironment(text).replace(/^namespace: .*$/m, `namespace: ${staging.namespace}`),
      })
      const kubectl = toolPath
        .split(":")
        .map((one) => join(one, "kubectl"))
        .find(existsSync)
      if (kubectl === undefined) throw new Error("there is no kubectl in the tests' search path")
      const { kubeconfig, namespace } = staging
      const directory = join(libraryRoot, "examples/pricing-agent")
      await applyFixture(examples["pricing-agent"], directory, paths.toolbox, {
        kubectl,
        kubeconfig,
        namespace,
      })
      await staging.kubectl(["rollout", "status", "statefulset/database", "--timeout=120s"])
      await publish(here)

      const access = ["--environment", "staging", "--kubeconfig", "env://STAGING"]
      const env = { STAGING: await readFile(kubeconfig, "utf8") }
      const call = (...args: string[]) => here.call(args, { env, timeout: 600 })
      const log = async () =>
        (await call("operation", ...access, "reports", "file", "--path", "hook-migrate.log", "contents"))
          .stdout
      const deployed = await call("deploy", ...access, "--release", "1.0.0")
      expect(ended(deployed)).toEqual(well)
      expect(deployed.stdout).toMatch(/smoke: 9 checks passed/)
      expect(await log()).toContain("Applying pricing.0001_initial... OK")

      await publish(here, "1.0.1")
      expect(ended(await call("deploy", ...access, "--release", "1.0.1"))).toEqual(well)
      expect(await log()).toContain("No migrations to apply")
    } finally {
      await staging.remove()
    }
  })
})

describe.runIf(["maven", "javaBase", "python", "pythonSlim"].every(toolboxHas))("intelliflow", () => {
  it("is deployed by the platform's own chart to a cluster of this call, and its smoke test passes", async () => {
    await using here = await exampleProject("intelliflow", {
      "signalbox.yaml": (text) => text.replace(/^environments: .*$/m, "environments: [local]"),
    })
    await publish(here)
    const deployed = await here.call(["deploy", "--environment", "local", "--release", "1.0.0"], {
      timeout: 600,
    })
    expect(ended(deployed)).toEqual(well)
    expect(deployed.stdout).toMatch(/roll-out: Helm revision 1, all pods ready/)
    expect(deployed.stdout).toMatch(/smoke: 6 checks passed/)
  })
})
