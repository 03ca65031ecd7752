import { both, key, production, staging } from "./access.ts"
import { improve, plantBug, plantFailingTest, plantSecret, plantVulnerability } from "./plants.ts"
import type { Stage } from "./stage.ts"
import type { StepId } from "./steps.ts"
import { tamper } from "./tamper.ts"

/** The demo, step by step: what a release engineer would type, in this order. */
export const play: Readonly<Record<StepId, (stage: Stage) => Promise<void>>> = {
  async build(stage) {
    const { stdout } = await stage.call("build", "sizes")
    await stage.saveEvidence("sizes.txt", stdout)
  },

  async gates(stage) {
    await stage.tags("before")
    await stage.export("reports", "gates", "--context", "release", "reports")
    await stage.call("gates", "--context", "release", "assert")
    await stage.tags("after")
  },

  async publish(stage) {
    await stage.tags("before")
    const { stdout } = await stage.call("publish", "--version", "v1.0.0", ...key)
    await stage.saveEvidence("published.json", stdout)
    await stage.tags("after")
    const record = await stage.export("record", "record", "--release", "v1.0.0")
    await stage.call("verify-release", "--record", record, "--public-key", stage.world.publicKey)
  },

  async staging(stage) {
    const { stdout } = await stage.call(
      "plan",
      "--environment",
      "staging",
      "--release",
      "v1.0.0",
      ...staging,
      "markdown",
    )
    await stage.saveEvidence("plan.md", stdout)
    await stage.call("deploy", "--environment", "staging", "--release", "v1.0.0", ...staging, ...key)
    await stage.export("operation", "operation", "--environment", "staging", ...staging, "reports")
  },

  async production(stage) {
    const { stdout } = await stage.call(
      "plan",
      "--environment",
      "production",
      "--release",
      "v1.0.0",
      ...both,
      "markdown",
    )
    await stage.saveEvidence("plan.md", stdout)
    const route = ["--release", "v1.0.0", "--from", "staging", "--to", "production", ...both]
    await approved(stage, "promote", route)
    await stage.export("operation", "operation", "--environment", "production", ...production, "reports")
  },

  async "bad-release"(stage) {
    await plantBug(stage.workspace)
    await cut(stage, "refactor: let zod read the read-only switch", "v1.0.1")
    await stage.call("release", "--tag", "v1.0.1", "--until", "staging", ...both, ...key)
    await approved(stage, "release", ["--tag", "v1.0.1", ...both])
    await stage.export("operation", "operation", "--environment", "production", ...production, "reports")
    await stage.workspace.reset("v1.0.0")
  },

  "planted-secret": (stage) => refusedRelease(stage, plantSecret, "v1.0.2"),
  "planted-vulnerability": (stage) => refusedRelease(stage, plantVulnerability, "v1.0.3"),
  "failing-test": (stage) => refusedRelease(stage, plantFailingTest, "v1.0.4"),

  async rollback(stage) {
    await improve(stage.workspace)
    await cut(stage, "feat: plainer words for what an agent cannot do", "v1.1.0")
    await approved(stage, "release", ["--tag", "v1.1.0", ...both])
    await stage.call("rollback", "--environment", "production", ...production, ...key)
    await stage.export("operation", "operation", "--environment", "production", ...production, "reports")
  },

  async held(stage) {
    const route = ["--from", "staging", "--to", "production"]
    await stage.call("promote", "--release", "v1.1.0", ...route, ...both, ...key)
  },

  async "roll-forward"(stage) {
    const reason = "the cause was the load balancer, not this release"
    // Named, because the release that failed its smoke test is held as well.
    const lifted = ["--lift", "--release", "v1.1.0", "--reason", reason]
    await stage.call("hold", "--environment", "production", ...lifted, ...production)
    await approved(stage, "promote", [
      "--release",
      "v1.1.0",
      "--from",
      "staging",
      "--to",
      "production",
      ...both,
    ])
  },

  tampered: (stage) => tamper(stage, "v1.1.0", "v1.0.0"),
}

/** The same signed call twice: it stops with the plan's hash, and runs again with that hash approved. */
async function approved(stage: Stage, command: string, args: readonly string[]): Promise<void> {
  const stopped = await stage.call(command, ...args, ...key)
  const hash = /--approve (sha256:[0-9a-f]{64})/.exec(stopped.output)?.[1]
  await stage.call(command, ...args, ...key, "--approve", hash ?? "no-hash-was-printed")
}

async function cut(stage: Stage, message: string, tag: string): Promise<void> {
  await stage.workspace.commit(message)
  await stage.workspace.tag(tag)
}

async function refusedRelease(
  stage: Stage,
  plant: (workspace: Stage["workspace"]) => Promise<void>,
  tag: string,
): Promise<void> {
  await stage.tags("before")
  await plant(stage.workspace)
  await cut(stage, `feat: a change that must not be released as ${tag}`, tag)
  await stage.call("release", "--tag", tag, "--until", "staging", ...both, ...key)
  await stage.tags("after")
  // Removes commit and tag: a secret in the history of any ref would fail the gate for every later release, too.
  await stage.workspace.forget(tag)
  await stage.workspace.reset("v1.0.0")
}
