import { namesArgument, type Session } from "../src/call/index.ts"
import { SignalboxError } from "../src/domain/index.ts"
import { git, gitExec, revisionExists } from "./source.ts"

/** A variable of a committed file .env. */
export interface CommittedVariable {
  readonly file: string
  readonly line: number
  readonly name: string
}

/**
 * Refuses a commit whose own .env files set arguments of the call that judges it: `SIGNALBOX_GATES_ONLY=typecheck` would
 * leave out every other gate. An application's own variables are left alone, and so is a file that is not committed.
 * @throws CONFIG_INVALID
 */
export async function assertNoCommittedArguments(session: Session): Promise<void> {
  const found: CommittedVariable[] = []
  for (const variable of await committedVariables(session))
    if (await setsArgument(session, variable)) found.push(variable)
  const [first] = found
  if (first === undefined) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: "a committed .env sets arguments of this call",
    where: `${first.file}:${first.line}:1`,
    why: `Dagger takes ${found.map(({ name }) => name).join(", ")} for arguments, so that the tree would choose how it is judged`,
    next: "remove them from the commit: pass arguments with the call, or keep the .env file untracked",
  })
}

/** Without the prefix a name counts only beside a module's own dagger.json, where an application rarely has its .env. */
async function setsArgument(session: Session, { file, name }: CommittedVariable): Promise<boolean> {
  if (namesArgument(name, false)) return true
  if (!namesArgument(name, true)) return false
  const manifest = `${file.slice(0, -".env".length)}dagger.json`
  return (await git(session, ["ls-tree", "--name-only", "HEAD", "--", manifest])).length > 0
}

/** Names of the variables in all committed .env files, never their values. */
async function committedVariables(session: Session): Promise<readonly CommittedVariable[]> {
  if (!(await revisionExists(session, "HEAD"))) return []
  const name = "^[[:space:]]*(export[[:space:]]+)?[A-Za-z_][A-Za-z0-9_.-]*"
  const done = await gitExec(session, [
    ...["grep", "--text", "--no-color", "-n", "-o", "-E", name, "HEAD", "--", ":(glob)**/.env"],
  ])
  const exitCode = await done.exitCode()
  // By git-grep(1): 1 is no such line.
  if (exitCode === 1) return []
  if (exitCode === 0) return parseGrep(await done.stdout())
  throw new SignalboxError("TOOL_FAILED", {
    what: "committed .env files could not be searched",
    why: (await done.stderr()).trim().split("\n")[0] ?? `git grep ended with ${exitCode}`,
    next: "check that --git is a complete repository: git fsck",
  })
}

/** `HEAD:path/.env:12:NAME` by line. */
export function parseGrep(text: string): readonly CommittedVariable[] {
  return text.split("\n").flatMap((line) => {
    const [, file, number, name] = /^HEAD:(.*):(\d+):\s*(?:export\s+)?(.+)$/.exec(line) ?? []
    return file === undefined || number === undefined || name === undefined
      ? []
      : [{ file, line: Number(number), name }]
  })
}
