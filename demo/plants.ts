import type { Workspace } from "./workspace.ts"

const app = "examples/intelligent-agent"

/** A valid-looking token that was never issued, assembled at run time so that no scanner finds it in this file. */
function plantedToken(): string {
  const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
  const body = Array.from({ length: 36 }, (_, index) => letters[(index * 17 + 5) % letters.length]).join("")
  return ["ghp", body].join("_")
}

export async function plantSecret(workspace: Workspace): Promise<void> {
  await workspace.write(
    `${app}/backend/src/upstream-credentials.ts`,
    `export const upstreamToken = "${plantedToken()}"\n`,
  )
}

/** A release that starts and passes staging, but fails in production, where its smoke test covers the defect. */
export async function plantBug(workspace: Workspace): Promise<void> {
  const { bug } = await import("./planted/bug.ts")
  await workspace.edit(bug.file, bug.from, bug.to)
}

export async function plantFailingTest(workspace: Workspace): Promise<void> {
  const { failingTest } = await import("./planted/failing-test.ts")
  await workspace.edit(failingTest.file, failingTest.from, failingTest.to)
}

export async function plantVulnerability(workspace: Workspace): Promise<void> {
  const { vulnerability } = await import("./planted/vulnerability.ts")
  for (const edit of vulnerability) await workspace.edit(edit.file, edit.from, edit.to)
}

/** A harmless change, so that the next release has digests of its own. */
export async function improve(workspace: Workspace): Promise<void> {
  const { improvement } = await import("./planted/improvement.ts")
  for (const edit of improvement) await workspace.edit(edit.file, edit.from, edit.to)
}
