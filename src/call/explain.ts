import { ExecError } from "@dagger.io/dagger"
import { asSignalboxError, SignalboxError } from "../domain/index.ts"

/** What the engine says of a secret that it cannot get, which it asks for only at its first use. */
const missingSecret = /secret env var not found|failed to read secret file|failed to run secret command/
/** What it says of an image that it cannot pull, which it asks for only when a container is started. */
const missingImage = /failed to resolve image "([^"]+)"/

/** The error of a call, whatever was thrown: the engine's own errors in terms of what the caller can do about them. */
export function explainThrown(thrown: unknown): SignalboxError {
  if (thrown instanceof ExecError) return failedTool(thrown)
  const error = asSignalboxError(thrown)
  const what = error.detail.what.replace(/\s*\[traceparent:[^\]]*\]/g, "")
  if (missingSecret.test(what))
    return new SignalboxError(
      "SECRET_MISSING",
      {
        what: "a secret that the call names does not exist",
        why: what,
        next: "set the variable, or correct the name: env://NAME, file://PATH or cmd://COMMAND",
      },
      { cause: thrown },
    )
  const image = missingImage.exec(what)?.[1]
  if (image !== undefined)
    return new SignalboxError(
      "REGISTRY_UNREACHABLE",
      {
        what: "an image cannot be pulled",
        where: image,
        why: what.slice(what.indexOf("failed to resolve image")),
        next: "check the reference, the network and the login; --toolbox FILE names images of another registry",
      },
      { cause: thrown },
    )
  return new SignalboxError(error.code, { ...error.detail, what }, { cause: thrown })
}

/** An ExecError's message names only the command: the last lines of the tool's output explain the failure. */
function failedTool(thrown: ExecError): SignalboxError {
  const lastLines = `${thrown.stdout}\n${thrown.stderr}`.trim().split("\n").slice(-8).join("\n         ")
  const what = `${thrown.cmd.slice(0, 3).join(" ")} ended with ${thrown.exitCode}`
  return new SignalboxError(
    "TOOL_FAILED",
    { what, ...(lastLines === "" ? {} : { why: lastLines }) },
    { cause: thrown },
  )
}
