import { askProgram, runTool, type Session } from "../src/call/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import type { World } from "../src/gates/index.ts"
import { effect } from "../src/toolbox/index.ts"

/**
 * What gates may reach outside of the call.
 * @param inForce the session under the policy in force: only a server that it names gets the call's secret for servers
 */
export function worldOf(session: Session, inForce: Session): World {
  return {
    call: session.id,
    secretFor: async (server) => {
      await assertNamed(inForce, server)
      return session.inputs.sonarToken
    },
    analysedAs: analysedAs(session),
    runner: () => session.runner(),
    fresh: (container) => effect(container, session.nonce),
    ask: async (program, answer) => (await askProgram(session, program, answer)).answer,
    runTool: (container, command, seconds) => runTool(session, { container, command, seconds }),
    once: (key, work) => session.once(key, work),
    addCleanup: (cleanup) => session.addCleanup(cleanup),
  }
}

/** A tree whose own policy names another server would get the token sent there: it is judged by that policy, too. */
async function assertNamed(inForce: Session, server: string): Promise<void> {
  const settings = Object.values((await inForce.config()).gates).flatMap((one) =>
    one !== undefined && "server" in one && typeof one.server === "string" ? [one.server] : [],
  )
  if (settings.map(withoutSlash).includes(withoutSlash(server))) return
  throw new SignalboxError("POLICY_REFUSED", {
    what: "the policy in force does not name this server: it gets no token",
    where: server,
    why: "its address is the tree's own, which somebody could have changed to collect the token",
    next: "merge the change of signalbox.yaml first, or have the tree's policy approved: --approve-policy",
  })
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "")
}

/** @throws USAGE */
function analysedAs({ inputs }: Session): World["analysedAs"] {
  const { sonarBranch: branch = "", sonarPullRequest: pullRequest = "" } = inputs
  if (branch === "" && pullRequest === "") return undefined
  if (pullRequest === "") return { branch }
  const [, key, into] = /^(\d{1,12}):(\S+)$/.exec(pullRequest) ?? []
  if (key !== undefined && into !== undefined && branch !== "") return { branch, pullRequest: { key, into } }
  throw new SignalboxError("USAGE", {
    what:
      branch === ""
        ? "a pull request is analysed from a branch, and the call names none"
        : `this names no pull request: ${JSON.stringify(pullRequest)}`,
    where: "--sonar-pull-request",
    next: "give its number and the branch that it goes to: --sonar-branch feature/x --sonar-pull-request 12:main",
  })
}
