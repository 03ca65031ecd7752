import { SignalboxError } from "../../../domain/index.ts"

/** A lock file that cannot be read: what it does not say is never guessed. */
export function unreadableLock(file: string, why: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `${file} cannot be read`,
    where: file,
    why,
    next: "write it anew with the project's package manager, and commit it",
  })
}
