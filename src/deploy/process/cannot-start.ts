import { SignalboxError } from "../../domain/index.ts"
import type { RunAs } from "../../verify/index.ts"
import { whyNotTestsUser } from "./tests-user.ts"

/** Why a program could not be started, for the operator who corrects the image or the user that the driver runs as. */
export function cannotStart(command: string, cause: unknown, as: RunAs | undefined): SignalboxError {
  const other = as === "tests" ? whyNotTestsUser(cause) : undefined
  if (other !== undefined)
    return new SignalboxError(
      "TOOL_FAILED",
      {
        what: `${command} cannot be run as another user than the driver`,
        why: other,
        next: "run the driver as root in a container made for it; it never runs a program of the tests as itself",
      },
      { cause },
    )
  return new SignalboxError(
    "TOOL_FAILED",
    {
      what: `${command} cannot be started`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: "the driver needs helm, kubectl and k6 in its PATH: run it in the runner image",
    },
    { cause },
  )
}
